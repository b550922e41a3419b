package dev.carillon.webhook.target;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.webhook.target.TargetGuard.Vetted;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetGuardTest {

    private static final Map<String, List<String>> NAMES = Map.ofEntries(
            Map.entry("example.com", List.of("93.184.216.34")),
            Map.entry("six.example.com", List.of("2606:2800:220:1:248:1893:25c8:1946")),
            Map.entry("both.example.com", List.of("2606:2800:220:1:248:1893:25c8:1946", "93.184.216.34")),
            Map.entry("one-bad.example.com", List.of("93.184.216.34", "10.0.0.7")),
            Map.entry("loop.example.com", List.of("127.0.0.1")),
            Map.entry("loop6.example.com", List.of("::1")),
            Map.entry("metadata.example.com", List.of("169.254.169.254")),
            Map.entry("metadata6.example.com", List.of("fd00:ec2::254")),
            Map.entry("nat64.example.com", List.of("64:ff9b::7f00:1")),
            Map.entry("localhost", List.of("127.0.0.1", "::1")));

    @ParameterizedTest
    @MethodSource("dev.carillon.webhook.target.RefusedTargets#all")
    void refuses(String url) {
        assertThat(guard().vet(url)).isInstanceOf(Vetted.Forbidden.class);
    }

    @Test
    void refusesNoUrlAtAll() {
        assertThat(guard().vet("")).isInstanceOf(Vetted.Forbidden.class);
        assertThat(guard().vet("http://example.com/" + "x".repeat(2048))).isInstanceOf(Vetted.Forbidden.class);
        assertThat(RefusedTargets.all().count()).isGreaterThan(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://example.com",
                "https://example.com/",
                "HTTPS://EXAMPLE.com:8443/path?query=1&b=%20",
                "https://example.com?x",
                "https://six.example.com/",
                "http://8.8.8.8/",
                "http://172.15.0.1/",
                "http://172.32.0.1/",
                "http://100.63.255.255/",
                "http://100.128.0.1/",
                "http://198.17.255.255/",
                "http://198.20.0.1/",
                "http://223.255.255.255/",
                "https://[2606:2800:220:1:248:1893:25c8:1946]/",
                "https://[2606:2800:220:1:248:1893:25c8:1946]:8443/"
            })
    void allows(String url) {
        assertThat(guard().vet(url)).isInstanceOf(Vetted.Allowed.class);
    }

    @Test
    void keepsPathAndQueryAsWritten() {
        assertThat(TargetUrl.parse("https://Example.com:8443?a=%2F"))
                .isEqualTo(new TargetUrl(true, "example.com", null, 8443, "/?a=%2F"));
    }

    @Test
    void showsNoPathInOrigins() {
        assertThat(TargetUrl.parse("https://[2606:2800::1]/secret?token=x").origin())
                .isEqualTo("https://[2606:2800::1]:443");
    }

    @Test
    void prefersIpv4WhereBothAreThere() {
        assertThat(guard().vet("http://both.example.com/"))
                .isInstanceOfSatisfying(Vetted.Allowed.class, allowed -> assertThat(allowed.address())
                        .isEqualTo(InetAddress.ofLiteral("93.184.216.34")));
    }

    @Test
    void dialsWhatItVettedThoughTheNameChangesMeanwhile() {
        // Given: a name that is public when it is looked at, and loopback ever after.
        var lookups = new AtomicInteger();
        Resolver rebinding =
                _ -> List.of(InetAddress.ofLiteral(lookups.getAndIncrement() == 0 ? "93.184.216.34" : "127.0.0.1"));
        var guard = new TargetGuard(rebinding, List.of(), Set.of());

        // When
        var first = guard.vet("http://rebinding.example.com/");
        int lookupsForOne = lookups.get();
        var second = guard.vet("http://rebinding.example.com/");

        // Then
        assertThat(first).isInstanceOfSatisfying(Vetted.Allowed.class, allowed -> assertThat(allowed.address())
                .isEqualTo(InetAddress.ofLiteral("93.184.216.34")));
        assertThat(lookupsForOne).isEqualTo(1);
        assertThat(second).isInstanceOf(Vetted.Forbidden.class);
    }

    @Test
    void allowsPrivateNetworksThatAreListed() {
        var guard = new TargetGuard(
                TargetGuardTest::resolve,
                List.of(Cidr.parse("10.0.0.0/24"), Cidr.parse("127.0.0.1"), Cidr.parse("fd00:ec2::/32")),
                Set.of());

        assertThat(guard.vet("http://10.0.0.1/")).isInstanceOf(Vetted.Allowed.class);
        assertThat(guard.vet("http://one-bad.example.com/")).isInstanceOf(Vetted.Allowed.class);
        assertThat(guard.vet("http://loop.example.com/")).isInstanceOf(Vetted.Allowed.class);
        assertThat(guard.vet("http://metadata6.example.com/")).isInstanceOf(Vetted.Allowed.class);
        assertThat(guard.vet("http://10.0.1.1/")).isInstanceOf(Vetted.Forbidden.class);
        assertThat(guard.vet("http://127.0.0.2/")).isInstanceOf(Vetted.Forbidden.class);
        assertThat(guard.vet("http://localhost/")).isInstanceOf(Vetted.Forbidden.class);
    }

    @Test
    void refusesItsOwnAddresses() {
        var guard =
                new TargetGuard(TargetGuardTest::resolve, List.of(), Set.of(InetAddress.ofLiteral("93.184.216.34")));

        assertThat(guard.vet("http://example.com/")).isInstanceOf(Vetted.Forbidden.class);
    }

    @Test
    void tellsUnknownNamesFromForbiddenOnes() {
        assertThat(guard().vet("http://unknown.example.com/")).isInstanceOf(Vetted.Unresolved.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/a", "10.0.0/8", "fd00::/129", "name/8"})
    void refusesNetworksThatAreNone(String text) {
        org.assertj.core.api.Assertions.assertThatIllegalArgumentException().isThrownBy(() -> Cidr.parse(text));
    }

    private static TargetGuard guard() {
        return new TargetGuard(TargetGuardTest::resolve, List.of(), Set.of());
    }

    private static List<InetAddress> resolve(String host) throws UnknownHostException {
        var addresses = NAMES.get(host);
        if (addresses == null) {
            throw new UnknownHostException(host);
        }
        return Stream.of(addresses)
                .flatMap(List::stream)
                .map(InetAddress::ofLiteral)
                .toList();
    }
}
