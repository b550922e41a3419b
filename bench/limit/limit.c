/* The ceiling: what one thread of this machine can do at most with sockets.
 *
 * GET /sub/CHANNEL with an upgrade is a WebSocket that listens, without one a stream of server-sent events. POST
 * /pub/CHANNEL writes its body, framed once, to every listener of the channel, with one system call each, and is answered with
 * 202 after the last of them. Nothing is remembered, checked or logged.
 *
 * usage: limit PORT
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECTIONS = 20000, CHANNELS = 1 << 14, EVENTS = 1024, INPUT = 1 << 20, HEAD = 16 };

enum kind { HTTP, SOCKET, STREAM };

struct channel {
    char *name;
    int *listeners;
    int count, room;
};

/* What could not be read or written yet. */
struct bytes {
    char *data;
    size_t size, room;
};

struct connection {
    enum kind kind;
    struct channel *channel;
    int place;
    struct bytes input, output;
};

static struct connection connections[CONNECTIONS];
static struct channel channels[CHANNELS];
static int poll_fd;
static char input[INPUT], frame[INPUT + 64];

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void add(struct bytes *to, const char *data, size_t size) {
    if (to->size + size > to->room) {
        to->room = (to->size + size) * 2;
        if (!(to->data = realloc(to->data, to->room))) die("realloc");
    }
    memcpy(to->data + to->size, data, size);
    to->size += size;
}

static void drop(struct bytes *from, size_t size) {
    from->size -= size;
    if (from->size) {
        memmove(from->data, from->data + size, from->size);
    } else {
        free(from->data);
        *from = (struct bytes){0};
    }
}

/* ---- SHA-1 of one or two blocks, and base64, for the handshake ---- */

static uint32_t rotate(uint32_t x, int n) { return x << n | x >> (32 - n); }

static void sha1(const char *text, size_t size, unsigned char digest[20]) {
    uint32_t h[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    unsigned char padded[128] = {0};
    size_t blocks = size + 9 > 64 ? 2 : 1;
    memcpy(padded, text, size);
    padded[size] = 0x80;
    for (int i = 0; i < 4; i++) padded[blocks * 64 - 1 - i] = size * 8 >> 8 * i;
    for (size_t block = 0; block < blocks; block++) {
        uint32_t w[80], a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
        for (int i = 0; i < 16; i++) {
            const unsigned char *p = padded + block * 64 + i * 4;
            w[i] = (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
        }
        for (int i = 16; i < 80; i++) w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
        for (int i = 0; i < 80; i++) {
            uint32_t f = i < 20 ? ((b & c) | (~b & d)) + 0x5a827999
                : i < 40 ? (b ^ c ^ d) + 0x6ed9eba1
                : i < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc
                         : (b ^ c ^ d) + 0xca62c1d6;
            uint32_t next = rotate(a, 5) + f + e + w[i];
            e = d, d = c, c = rotate(b, 30), b = a, a = next;
        }
        h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e;
    }
    for (int i = 0; i < 20; i++) digest[i] = h[i / 4] >> (24 - 8 * (i % 4));
}

static void base64(const unsigned char in[20], char out[29]) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned char padded[21] = {0};
    memcpy(padded, in, 20);
    for (int i = 0; i < 7; i++) {
        uint32_t v = padded[i * 3] << 16 | padded[i * 3 + 1] << 8 | padded[i * 3 + 2];
        for (int j = 0; j < 4; j++) out[i * 4 + j] = digits[v >> (18 - 6 * j) & 63];
    }
    out[27] = '=', out[28] = 0;
}

/* ---- channels ---- */

static struct channel *channel(const char *name, size_t size) {
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < size; i++) hash = (hash ^ (unsigned char)name[i]) * 16777619u;
    for (uint32_t i = 0; i < CHANNELS; i++) {
        struct channel *c = &channels[(hash + i) % CHANNELS];
        if (!c->name) c->name = strndup(name, size);
        if (!strncmp(c->name, name, size) && !c->name[size]) return c;
    }
    errno = ENOSPC;
    die("channels");
    return NULL;
}

static void listen_to(int fd, struct channel *c) {
    if (c->count == c->room) {
        c->room = c->room ? c->room * 2 : 4;
        if (!(c->listeners = realloc(c->listeners, c->room * sizeof *c->listeners))) die("realloc");
    }
    connections[fd].channel = c;
    connections[fd].place = c->count;
    c->listeners[c->count++] = fd;
}

/* ---- connections ---- */

static void watch(int fd, int operation, uint32_t events) {
    struct epoll_event event = {.events = events, .data.fd = fd};
    if (epoll_ctl(poll_fd, operation, fd, &event)) die("epoll_ctl");
}

static void end(int fd) {
    struct connection *it = &connections[fd];
    struct channel *c = it->channel;
    if (c) {
        int other = c->listeners[--c->count];
        c->listeners[it->place] = other;
        connections[other].place = it->place;
    }
    free(it->input.data);
    free(it->output.data);
    *it = (struct connection){0};
    close(fd);
}

static void send_all(int fd, const char *data, size_t size) {
    struct connection *it = &connections[fd];
    ssize_t sent = 0;
    if (!it->output.size) {
        sent = write(fd, data, size);
        if (sent == (ssize_t)size) return;
        if (sent < 0) sent = 0; /* whoever is gone is noticed when it is read from */
        watch(fd, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
    }
    add(&it->output, data + sent, size - sent);
}

static void resume(int fd) {
    struct connection *it = &connections[fd];
    ssize_t sent = write(fd, it->output.data, it->output.size);
    if (sent > 0) drop(&it->output, sent);
    if (!it->output.size) watch(fd, EPOLL_CTL_MOD, EPOLLIN);
}

static void publish(struct channel *c, const char *body, size_t size) {
    char *start = frame + HEAD;
    size_t socket_size, stream_size;
    char *socket_frame;
    memcpy(start, body, size);
    if (size < 126) {
        socket_frame = start - 2, socket_frame[1] = size;
    } else if (size < 65536) {
        socket_frame = start - 4, socket_frame[1] = 126, socket_frame[2] = size >> 8, socket_frame[3] = size;
    } else {
        socket_frame = start - 10, socket_frame[1] = 127;
        for (int i = 0; i < 8; i++) socket_frame[2 + i] = (uint64_t)size >> (56 - 8 * i);
    }
    socket_frame[0] = (char)0x81;
    socket_size = start + size - socket_frame;
    for (int i = 0; i < c->count; i++)
        if (connections[c->listeners[i]].kind == SOCKET) send_all(c->listeners[i], socket_frame, socket_size);
    memcpy(start - 6, "data: ", 6);
    memcpy(start + size, "\n\n", 2);
    stream_size = size + 8;
    for (int i = 0; i < c->count; i++)
        if (connections[c->listeners[i]].kind == STREAM) send_all(c->listeners[i], start - 6, stream_size);
}

static void answer(int fd, const char *format, ...) {
    char text[512];
    va_list values;
    va_start(values, format);
    int size = vsnprintf(text, sizeof text, format, values);
    va_end(values);
    send_all(fd, text, size);
}

static void subscribe(int fd, char *head, const char *name, size_t size) {
    char *key = strcasestr(head, "\r\nsec-websocket-key:");
    if (!key) {
        connections[fd].kind = STREAM;
        listen_to(fd, channel(name, size));
        answer(fd, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
        return;
    }
    char text[128], accept[29];
    unsigned char digest[20];
    key += strlen("\r\nsec-websocket-key:");
    key += strspn(key, " ");
    int length = snprintf(text, sizeof text, "%.*s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", (int)strcspn(key, " \r"), key);
    sha1(text, length < 119 ? length : 119, digest);
    base64(digest, accept);
    connections[fd].kind = SOCKET;
    listen_to(fd, channel(name, size));
    answer(fd, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
               "Sec-WebSocket-Accept: %s\r\n\r\n", accept);
}

/* Takes one request from what came, and returns its size, or 0 if it is not whole yet. */
static size_t request(int fd, char *data, size_t size) {
    char *over = memmem(data, size, "\r\n\r\n", 4);
    if (!over) return 0;
    size_t head = over - data + 4, body = 0;
    over[2] = 0;
    char *length = strcasestr(data, "\r\ncontent-length:");
    if (length) body = strtoul(length + strlen("\r\ncontent-length:"), NULL, 10);
    if (head + body > size) {
        over[2] = '\r';
        return 0;
    }
    if (!strncmp(data, "POST /pub/", 10)) {
        publish(channel(data + 10, strcspn(data + 10, " ")), data + head, body);
        answer(fd, "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
    } else if (!strncmp(data, "GET /sub/", 9)) {
        subscribe(fd, data, data + 9, strcspn(data + 9, " "));
    } else {
        answer(fd, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    }
    return head + body;
}

static void ready(int fd) {
    struct connection *it = &connections[fd];
    ssize_t count = read(fd, input, sizeof input - 1);
    if (count <= 0) {
        if (count == 0 || errno != EAGAIN) end(fd);
        return;
    }
    if (it->kind != HTTP) return; /* whatever listeners say */
    char *data = input;
    size_t size = count;
    if (it->input.size) {
        add(&it->input, input, count);
        data = it->input.data, size = it->input.size;
    }
    size_t taken = 0, one;
    while (it->kind == HTTP && taken < size && (one = request(fd, data + taken, size - taken))) taken += one;
    if (it->kind != HTTP) taken = size;
    if (it->input.size) drop(&it->input, taken);
    else if (taken < size) add(&it->input, input + taken, size - taken);
}

static int listen_on(int port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), yes = 1;
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, 4096)) die("listen");
    return fd;
}

static void accept_all(int listener) {
    int fd, yes = 1;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        if (fd >= CONNECTIONS) {
            close(fd);
            continue;
        }
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        watch(fd, EPOLL_CTL_ADD, EPOLLIN);
    }
}

int main(int count, char **arguments) {
    if (count != 2) {
        fprintf(stderr, "usage: limit PORT\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    poll_fd = epoll_create1(0);
    int listener = listen_on(atoi(arguments[1]));
    watch(listener, EPOLL_CTL_ADD, EPOLLIN);
    for (;;) {
        static struct epoll_event events[EVENTS];
        int n = epoll_wait(poll_fd, events, EVENTS, -1);
        for (int i = 0; i < n; i++) {
            int fd = events[i].data.fd;
            if (fd == listener) {
                accept_all(listener);
                continue;
            }
            if (events[i].events & EPOLLOUT) resume(fd);
            if (events[i].events & ~EPOLLOUT) ready(fd);
        }
    }
}
