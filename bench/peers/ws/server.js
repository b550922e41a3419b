// The least that a Node application does: sockets by channel, and a request that sends its body to all of them.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const channels = new Map();

const server = createServer((request, response) => {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    const body = Buffer.concat(pieces);
    for (const socket of channels.get(request.url.slice('/pub/'.length)) ?? []) {
      socket.send(body, { binary: false });
    }
    response.writeHead(202, { 'content-length': 0 }).end();
  });
});
server.keepAliveTimeout = 300_000;

const sockets = new WebSocketServer({ server, perMessageDeflate: false, clientTracking: false, skipUTF8Validation: true });
sockets.on('connection', (socket, request) => {
  const name = request.url.slice('/sub/'.length);
  const listeners = channels.get(name) ?? new Set();
  channels.set(name, listeners.add(socket));
  socket.on('close', () => listeners.delete(socket));
  socket.on('error', () => socket.terminate());
});

server.listen({ port: Number(process.argv[2]), host: '127.0.0.1', backlog: 4096 });
