// Socket.IO as its documentation shows it: clients ask to join a room, a request emits to the room.
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const server = createServer((request, response) => {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    io.to(request.url.slice('/pub/'.length)).emit('event', JSON.parse(Buffer.concat(pieces)));
    response.writeHead(202, { 'content-length': 0 }).end();
  });
});
server.keepAliveTimeout = 300_000;

const io = new Server(server, { transports: ['websocket'], serveClient: false, perMessageDeflate: false });
io.on('connection', (socket) => {
  socket.on('subscribe', (room, joined) => {
    socket.join(room);
    joined();
  });
});

server.listen({ port: Number(process.argv[2]), host: '127.0.0.1', backlog: 4096 });
