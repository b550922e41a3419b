// A webhook receiver that verifies each request with the standardwebhooks library, and with those of other styles where
// it is signed in them, reads CloudEvents with the cloudevents library, and answers what the test says: {secret?}. The
// first line tells its port. Words: "ok", "refuse" (500 from now on), "refuse-twice" (each id twice), "secret whsec_…".
import { verify as verifyGithub } from '@octokit/webhooks-methods';
import { HTTP } from 'cloudevents';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { Webhook } from 'standardwebhooks';
import Stripe from 'stripe';
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

// In which other styles it is signed; throws when one of them is forged.
async function styles({ headers }, body) {
  const known = [];
  if (headers['stripe-signature']) {
    Stripe.webhooks.constructEvent(body, headers['stripe-signature'], secret);
    known.push('stripe');
  }
  if (headers['x-hub-signature-256']) {
    if (!(await verifyGithub(secret, body, headers['x-hub-signature-256']))) throw new Error('forged: github');
    known.push('github');
  }
  return known;
}

// What it says, whatever its format.
function read({ headers }, body) {
  const plain = new Webhook(secret).verify(body, headers);
  if (!headers['ce-id'] && !headers['content-type'].startsWith('application/cloudevents')) {
    return { ...plain, format: 'standard' };
  }
  const event = HTTP.toEvent({ headers, body });
  event.validate();
  const { type, data, source, time } = event;
  return { type, data, source, time, eventId: event.id, format: headers['ce-id'] ? 'ce-binary' : 'ce-structured' };
}

async function answer(request, body, response) {
  const id = request.headers['webhook-id'];
  const at = Date.now();
  try {
    const { type, data, format, eventId, source } = read(request, body);
    const signed = await styles(request, body);
    const code = status(id);
    const kind = code === 200 ? 'event' : 'refused';
    report({ kind, id, type, status: code, at, digest: digest(data), format, eventId, source, signed });
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
