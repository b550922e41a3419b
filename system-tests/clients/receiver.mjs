// A webhook receiver that verifies each request with the standardwebhooks library and answers what the test says:
// {secret?}. The first line tells its port. Words: "ok", "refuse" (500 from now on), "refuse-twice" (each id twice),
// "secret whsec_…".
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { Webhook } from 'standardwebhooks';
import { digest, report } from './report.mjs';

let mode = 'ok';
let secret = '';
const attempts = new Map();

function status(id) {
  const attempt = (attempts.get(id) ?? 0) + 1;
  attempts.set(id, attempt);
  if (mode === 'refuse') return 500;
  return mode === 'refuse-twice' && attempt <= 2 ? 500 : 200;
}

function answer(request, body, response) {
  const id = request.headers['webhook-id'];
  const at = Date.now();
  try {
    const { type, data } = new Webhook(secret).verify(body, request.headers);
    const code = status(id);
    report({ kind: code === 200 ? 'event' : 'refused', id, type, status: code, at, digest: digest(data) });
    response.writeHead(code).end();
  } catch (failure) {
    report({ kind: 'forged', id, message: String(failure) });
    response.writeHead(401).end();
  }
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => answer(request, Buffer.concat(chunks).toString(), response));
});
server.listen(0, '127.0.0.1', () => report({ kind: 'listening', port: server.address().port }));

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  if (line.startsWith('secret ')) secret = line.slice(7);
  else mode = line;
  report({ kind: 'understood', message: line.split(' ')[0] });
});
lines.on('close', () => process.exit(0));
