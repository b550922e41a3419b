package dev.carillon.webhook.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A real Chromium with one page, driven through its debugging protocol: by keys, as a person without a mouse
/// would.
///
/// Confined to the test's thread; what the page reports comes on another.
final class Browser implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");
    private static final int MOST_TABS = 60;

    /// Keeps what the page's policy refuses, from before its first script.
    private static final String WATCH = """
            window.refused = [];
            addEventListener('securitypolicyviolation', (e) => refused.push(`${e.violatedDirective} ${e.blockedURI}`));
            """;

    private record Key(String code, int number, String text) {}

    private static final Map<String, Key> KEYS = Map.of(
            "Tab", new Key("Tab", 9, ""),
            "Enter", new Key("Enter", 13, "\r"),
            "Escape", new Key("Escape", 27, ""),
            " ", new Key("Space", 32, " "),
            "a", new Key("KeyA", 65, ""));

    private final Path profile;
    private final Process process;
    private final WebSocket socket;
    private final AtomicInteger number = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> asked = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();

    private Browser(Path profile, Process process, HttpClient http) throws IOException, InterruptedException {
        this.profile = profile;
        this.process = process;
        this.socket = http.newWebSocketBuilder()
                .buildAsync(page(http), new Listener())
                .join();
    }

    static Browser start() {
        try {
            var profile = Files.createTempDirectory("browser");
            var process = new ProcessBuilder(
                            executable(),
                            "--headless",
                            "--no-sandbox",
                            "--disable-gpu",
                            "--disable-quic",
                            "--disable-dev-shm-usage",
                            "--no-first-run",
                            "--disable-background-networking",
                            "--disable-component-update",
                            "--disable-sync",
                            "--remote-debugging-port=0",
                            "--user-data-dir=" + profile,
                            "about:blank")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            var browser = new Browser(profile, process, HttpClient.newHttpClient());
            browser.send("Page.enable", Map.of());
            browser.send("Runtime.enable", Map.of());
            browser.send("Log.enable", Map.of());
            browser.send("Page.addScriptToEvaluateOnNewDocument", Map.of("source", WATCH));
            return browser;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String executable() {
        for (var name : NAMES) {
            for (var folder : System.getenv("PATH").split(":", -1)) {
                var file = Path.of(folder, name);
                if (Files.isExecutable(file)) {
                    return file.toString();
                }
            }
        }
        throw new IllegalStateException("no Chromium is installed (Debian: apt-get install chromium)");
    }

    private URI page(HttpClient http) throws IOException, InterruptedException {
        var port = profile.resolve("DevToolsActivePort");
        await("the browser")
                .atMost(PATIENCE)
                .until(() -> Files.exists(port) && Files.readAllLines(port).size() > 1);
        var list = URI.create("http://127.0.0.1:" + Files.readAllLines(port).getFirst() + "/json/list");
        var pages = JSON.readTree(http.send(HttpRequest.newBuilder(list).build(), BodyHandlers.ofString())
                .body());
        for (var page : pages) {
            if (page.path("type").asText().equals("page")) {
                return URI.create(page.path("webSocketDebuggerUrl").asText());
            }
        }
        throw new IllegalStateException("the browser has no page: " + pages);
    }

    void open(String url) {
        send("Page.navigate", Map.of("url", url));
    }

    void reload() {
        send("Page.reload", Map.of());
    }

    /// What an expression comes to, in the page.
    JsonNode evaluate(String expression) {
        var result =
                send("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
        assertThat(result.has("exceptionDetails"))
                .as("%s: %s", expression, result)
                .isFalse();
        return result.path("result").path("value");
    }

    /// All text that can be seen.
    String text() {
        return evaluate("document.body.innerText").asText();
    }

    void awaitText(String text) {
        await(text).atMost(PATIENCE).untilAsserted(() -> assertThat(text()).contains(text));
    }

    void awaitTrue(String expression) {
        await(expression).atMost(PATIENCE).until(() -> evaluate(expression).asBoolean());
    }

    /// Goes on with the Tab key until the focus is at what is called so; each stop on the way must be seen.
    void tabTo(String name) {
        var stops = new ArrayList<String>();
        for (int i = 0; i < MOST_TABS; i++) {
            if (focused().equals(name)) {
                return;
            }
            press("Tab");
            stops.add(focused());
            assertThat(evaluate(FOCUS_IS_SEEN).asBoolean())
                    .as("focus is seen at %s", stops)
                    .isTrue();
        }
        throw new AssertionError("no " + name + " among " + stops);
    }

    private static final String FOCUS_IS_SEEN = """
            (() => {
              const style = getComputedStyle(document.activeElement);
              return document.activeElement === document.body
                || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2);
            })()
            """;

    /// What has the focus, as a screen reader would call it.
    String focused() {
        return evaluate("""
                (() => {
                  const element = document.activeElement;
                  const label = element.labels?.[0] ?? element;
                  return element.getAttribute('aria-label') ?? label.innerText?.trim() ?? '';
                })()
                """).asText();
    }

    void press(String key) {
        press(key, 0);
    }

    /// Everything in a field gives way to this.
    void fill(String text) {
        press("a", 2);
        send("Input.insertText", Map.of("text", text));
    }

    private void press(String key, int modifiers) {
        var how = KEYS.getOrDefault(key, new Key("", 0, ""));
        for (var type : List.of(how.text().isEmpty() ? "rawKeyDown" : "keyDown", "keyUp")) {
            var event = JSON.createObjectNode()
                    .put("type", type)
                    .put("key", key)
                    .put("code", how.code())
                    .put("windowsVirtualKeyCode", how.number())
                    .put("modifiers", modifiers);
            if (modifiers == 2 && type.equals("rawKeyDown")) {
                event.putArray("commands").add("selectAll");
            }
            if (type.equals("keyDown")) {
                event.put("text", how.text());
            }
            send("Input.dispatchKeyEvent", event);
        }
    }

    /// As if the reader preferred `light` or `dark`.
    void scheme(String scheme) {
        var media = JSON.createObjectNode();
        media.putArray("features")
                .addObject()
                .put("name", "prefers-color-scheme")
                .put("value", scheme);
        send("Emulation.setEmulatedMedia", media);
    }

    void size(int width, int height) {
        send(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
    }

    /// Keeps a picture of the page, for people: `target/portal/<name>.png`.
    void picture(String name) {
        var data = send("Page.captureScreenshot", Map.of("format", "png"))
                .path("data")
                .asText();
        try {
            var folder = Files.createDirectories(Path.of("target", "portal"));
            Files.write(folder.resolve(name + ".png"), Base64.getDecoder().decode(data));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What went wrong in the page so far: errors that it logged or threw, and what its policy refused.
    List<String> faults() {
        var all = new ArrayList<>(faults);
        evaluate("window.refused").forEach(refused -> all.add(refused.asText()));
        return all;
    }

    private JsonNode send(String method, Map<String, ?> parameters) {
        return send(method, JSON.<JsonNode>valueToTree(parameters));
    }

    private JsonNode send(String method, JsonNode parameters) {
        int id = number.incrementAndGet();
        var answer = new CompletableFuture<JsonNode>();
        asked.put(id, answer);
        ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
        message.set("params", parameters);
        socket.sendText(message.toString(), true).join();
        var reply = answer.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        assertThat(reply.has("error")).as("%s: %s", method, reply).isFalse();
        return reply.path("result");
    }

    private void heard(JsonNode message) {
        var answer = asked.remove(message.path("id").asInt());
        if (answer != null) {
            answer.complete(message);
            return;
        }
        var what = message.path("params");
        switch (message.path("method").asText()) {
            case "Runtime.exceptionThrown" ->
                faults.add(what.path("exceptionDetails").toString());
            case "Runtime.consoleAPICalled" -> {
                if (List.of("error", "warning", "assert")
                        .contains(what.path("type").asText())) {
                    faults.add(what.path("args").toString());
                }
            }
            case "Log.entryAdded" -> {
                // What the service refuses is told as an error of the network; tests look at what the page makes of it.
                if (!what.path("entry").path("source").asText().equals("network")) {
                    faults.add(what.path("entry").path("text").asText());
                }
            }
            default -> {
                // Of no interest.
            }
        }
    }

    @Override
    public void close() {
        socket.abort();
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            Files.walkFileTree(profile, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) throws IOException {
                    Files.deleteIfExists(folder);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            // A helper of the browser's is still writing: the folder is a temporary one.
            faults.clear();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean isLast) {
            text.append(data);
            if (isLast) {
                try {
                    heard(JSON.readTree(text.toString()));
                } catch (IOException e) {
                    faults.add(e.toString());
                }
                text.setLength(0);
            }
            webSocket.request(1);
            return null;
        }
    }
}
