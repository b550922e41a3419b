package dev.carillon.webhook.portal;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.testkit.HttpReceiver;
import dev.carillon.testkit.HttpReceiver.Answer;
import dev.carillon.testkit.InVmKafkaResource;
import dev.carillon.webhook.api.Api;
import dev.carillon.webhook.api.WebhookProfile;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The portal in a real browser, behind a proxy's prefix, by keyboard alone.
@QuarkusTest
@TestProfile(WebhookProfile.class)
@WithTestResource(InVmKafkaResource.class)
class PortalIT {

    /// Texts whose contrast with what is behind them is less than 4.5 to 1 (WCAG AA).
    private static final String PALE = """
            (() => {
              const parse = (text) => {
                const [r, g, b, a = 1] = text.match(/[0-9.]+/g).map(Number);
                return { r, g, b, a };
              };
              const linear = (c) => (c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
              const light = ({ r, g, b }) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
              const behind = (element) => {
                for (let at = element; at; at = at.parentElement) {
                  const color = parse(getComputedStyle(at).backgroundColor);
                  if (color.a === 1) return color;
                }
                return { r: 255, g: 255, b: 255 };
              };
              const pale = [];
              for (const element of document.querySelectorAll('body *')) {
                const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
                if (!(own || element.matches('input, select')) || !element.checkVisibility()) continue;
                const [a, b] = [light(parse(getComputedStyle(element).color)), light(behind(element))];
                const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
                if (ratio < 4.5) pale.push(`${element.tagName} ${element.className} ${ratio.toFixed(2)}`);
              }
              return pale;
            })()
            """;

    @TestHTTPResource("/")
    URI service = URI.create("");

    private final String owner = "portal-" + UUID.randomUUID();
    private final HttpReceiver receiver = HttpReceiver.start();
    private final Browser browser = Browser.start();

    @BeforeEach
    void ready() {
        Api.awaitReady();
    }

    @AfterEach
    void close() {
        browser.close();
        receiver.close();
    }

    @Test
    void ownerDoesEverythingWithTheKeyboard() {
        receiver.answer(request -> request.text().contains("order.created")
                ? Answer.of(503).body("{\"error\":\"out of tea\"}")
                : Answer.of(200).body("thank you"));
        try (var proxy = PrefixProxy.start("/tenants/7", service)) {
            // The token comes in the address and does not stay there.
            browser.size(1000, 800);
            browser.open(proxy.url("/portal#token=" + Api.token(owner)));
            browser.awaitText("There is none yet");
            assertThat(browser.evaluate("location.href").asText()).isEqualTo(proxy.url("/portal/#/"));
            assertThat(browser.text()).contains(owner);
            looksGood("1-none");

            register();
            test();
            watch();
            resend();
            pause();
            rotate();
            narrow();

            // It is in the list, and can be deleted.
            browser.tabTo("← All endpoints");
            browser.press("Enter");
            browser.awaitText("Where your events are sent.");
            browser.awaitText(receiver.url("/hook").toString());
            looksGood("8-list");
            browser.tabTo(receiver.url("/hook").toString());
            browser.press("Enter");
            browser.awaitText("Send a test");
            browser.tabTo("Delete");
            browser.press("Enter");
            browser.awaitText("Delete the endpoint?");
            browser.press("Enter");
            browser.awaitText("There is none yet");

            assertThat(browser.evaluate("localStorage.length + document.cookie.length")
                            .asInt())
                    .isZero();
            assertThat(browser.faults()).isEmpty();
        }
    }

    @Test
    void turnsAwayWhoHasNoToken() {
        browser.open(service.resolve("/portal/").toString());
        browser.awaitText("Open your webhooks");
        looksGood("9-door");

        browser.tabTo("Or paste a portal token");
        browser.fill("not.a.token");
        browser.press("Enter");
        browser.awaitText("Your token is not valid any more");

        browser.tabTo("Or paste a portal token");
        browser.fill(Api.token(owner));
        browser.press("Enter");
        browser.awaitText("There is none yet");
        browser.tabTo("Sign out");
        browser.press("Enter");
        browser.awaitText("You are signed out");
        assertThat(browser.evaluate("sessionStorage.length").asInt()).isZero();
        assertThat(browser.faults()).isEmpty();
    }

    @Test
    void isServedUnderAStrictPolicy() {
        for (var file : List.of("", "index.html", "app.js", "portal.css", "icon.svg")) {
            var answer = given().get("/portal/" + file);
            assertThat(answer.statusCode()).as(file).isEqualTo(200);
            assertThat(answer.header("Content-Security-Policy"))
                    .as(file)
                    .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                    .doesNotContain("unsafe");
            assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
            assertThat(answer.asString()).doesNotContain("<style", "style=", "onclick=");
        }
        assertThat(given().redirects().follow(false).get("/portal").header("Location"))
                .isEqualTo("portal/");
    }

    /// What is wrong is told at its field, and then it is put right.
    private void register() {
        browser.tabTo("Register an endpoint");
        browser.press("Enter");
        browser.awaitText("Where events are sent with POST.");
        browser.tabTo("URL");
        browser.fill("http://10.0.0.1/hook");
        browser.tabTo("Channels");
        browser.fill("orders*, bad*one");
        browser.press("Enter");
        browser.awaitTrue("document.activeElement.id === 'url' && document.activeElement.ariaInvalid === 'true'"
                + " || document.activeElement.id === 'channels' && document.activeElement.ariaInvalid === 'true'");
        looksGood("2-faults");
        browser.tabTo("URL");
        browser.fill(receiver.url("/hook").toString());
        browser.tabTo("Channels");
        browser.fill("orders*");
        browser.tabTo("Register");
        browser.press("Enter");

        // The secret is shown this once.
        browser.awaitText("Keep this secret");
        var secret = browser.evaluate("document.getElementById('secret').value").asText();
        assertThat(secret).startsWith("whsec_");
        assertThat(browser.focused()).isEqualTo("Copy");
        looksGood("3-secret");
        browser.tabTo("I have kept it");
        browser.press("Enter");
        browser.awaitTrue("document.querySelector('dialog') === null");
        browser.reload();
        browser.awaitText("Nothing was attempted yet");
        assertThat(browser.evaluate("document.documentElement.outerHTML").asText())
                .doesNotContain(secret);
        browser.awaitTrue("document.querySelector('.live').dataset.live === 'true'");
        looksGood("4-endpoint");
    }

    private void test() {
        browser.tabTo("Send a test");
        browser.press("Enter");
        browser.awaitTrue("document.querySelector('.attempts .line')?.innerText.includes('webhook.test')");
        assertThat(receiver.received("/hook").getFirst().text()).contains("webhook.test");
        assertThat(browser.evaluate("document.getElementById('announcer').innerText")
                        .asText())
                .isEqualTo("webhook.test: delivered, answered 200");
    }

    /// Attempts come while somebody looks, and open.
    private void watch() {
        Api.deliver(endpoint(), "evt-" + owner);
        browser.awaitTrue("document.querySelectorAll('.attempts .bad').length >= 1");
        assertThat(browser.evaluate("document.querySelector('.attempts .bad').closest('.line').innerText")
                        .asText())
                .contains("order.created", "failed", "503");
        browser.awaitTrue("document.querySelectorAll('.attempts .bad').length >= 3");
        var line = browser.evaluate("document.querySelector('.attempts .line').innerText.trim()")
                .asText();
        browser.tabTo(line);
        browser.press(" ");
        browser.awaitText("out of tea");
        assertThat(browser.text()).contains("evt-" + owner, "HTTP 503", "answered 503");
        assertThat(browser.evaluate("document.activeElement.getAttribute('aria-expanded')")
                        .asText())
                .isEqualTo("true");
        looksGood("5-attempt");
    }

    /// Where events can be sent again, this is; where not, it is said.
    private void resend() {
        browser.tabTo("Send again");
        browser.press("Enter");
        browser.awaitTrue("/sent again/.test(document.getElementById('announcer').innerText)"
                + " || /order.created/.test(document.getElementById('announcer').innerText)");
    }

    private void pause() {
        browser.reload();
        browser.awaitText("Disable");
        browser.tabTo("Disable");
        browser.press("Enter");
        browser.awaitTrue("document.getElementById('toggle').innerText === 'Resume'");
        assertThat(browser.focused()).isEqualTo("Resume");
        looksGood("6-paused");
        Api.operator().get("/v1/endpoints/" + endpoint()).then().body("enabled", org.hamcrest.Matchers.equalTo(false));
        browser.press("Enter");
        browser.awaitTrue("document.getElementById('toggle').innerText === 'Disable'");
    }

    private void rotate() {
        browser.tabTo("Rotate secret");
        browser.press("Enter");
        browser.awaitText("Rotate the secret?");
        browser.press("Escape");
        browser.awaitTrue("document.querySelector('dialog') === null");
        assertThat(browser.focused()).isEqualTo("Rotate secret");
        browser.press("Enter");
        browser.awaitText("Rotate the secret?");
        browser.press("Enter");
        browser.awaitText("Keep this secret");
        browser.press("Escape");
        browser.awaitTrue("document.querySelector('dialog') === null");
    }

    /// On a small screen nothing is out of sight.
    private void narrow() {
        browser.size(360, 740);
        looksGood("7-narrow");
        browser.size(1000, 800);
    }

    private void looksGood(String name) {
        for (var scheme : List.of("light", "dark")) {
            browser.scheme(scheme);
            assertThat(browser.evaluate(PALE))
                    .as("%s, %s: too pale", name, scheme)
                    .isEmpty();
            browser.picture(name + "-" + scheme);
        }
        assertThat(browser.evaluate("document.documentElement.scrollWidth - innerWidth")
                        .asInt())
                .as("%s: wider than the window", name)
                .isLessThanOrEqualTo(0);
        var unnamed = browser.evaluate("""
                [...document.querySelectorAll('input, select, button, a')]
                  .filter((e) => !(e.innerText?.trim() || e.labels?.length || e.ariaLabel)).map((e) => e.outerHTML)
                """);
        assertThat(unnamed).as("%s: has no name", name).isEmpty();
        assertThat(browser.evaluate("document.querySelectorAll('h1').length").asInt())
                .isEqualTo(1);
    }

    private String endpoint() {
        return browser.evaluate("location.hash").asText().replace("#/endpoints/", "");
    }
}
