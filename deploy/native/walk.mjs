// Walks one event along every way out of Carillon: {connection, webhook} are the URLs of a connection-service and of a
// webhook-dispatcher. One line per check, then `N passed, N failed`; the exit code tells the same.
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const require = createRequire(new URL('../../system-tests/clients/package.json', import.meta.url));
// One frame at a time, as browsers have it: the SDK mixes the publications of frames that it gets at once.
const WebSocket = class extends require('ws') {
  constructor(url, protocols) {
    super(url, protocols, { allowSynchronousEvents: false });
  }
};
const { EventSource } = require('eventsource');
const { Webhook } = require('standardwebhooks');

const [connection, webhook] = process.argv.slice(2);
const channel = `walk:${Date.now()}`;
const patience = 30_000;
const endings = [];
const tally = { passed: 0, failed: 0 };

async function check(title, body) {
  try {
    await body();
    tally.passed++;
    console.log(`ok      ${title}`);
  } catch (failure) {
    tally.failed++;
    console.log(`FAILED  ${title}: ${failure.message}`);
  }
}

function expect(actual, wanted, what) {
  const [left, right] = [JSON.stringify(actual), JSON.stringify(wanted)];
  if (left !== right) throw new Error(`${what} is ${left}, not ${right}`);
}

async function until(what, find) {
  for (const end = Date.now() + patience; Date.now() < end; ) {
    const found = await find();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what} did not come within ${patience / 1000} s`);
}

async function request(method, url, body, headers = {}) {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    signal: AbortSignal.timeout(patience),
  });
  const text = await response.text();
  return { status: response.status, type: response.headers.get('content-type'), body: text && JSON.parse(text) };
}

async function publish(data, to = channel) {
  const answer = await request('POST', `${connection}/v1/channels/${to}/events`, data, { 'ce-type': 'walk.step' });
  expect(answer.status, 202, 'status');
  return answer.body;
}

// ---- listeners: each returns what it has seen so far, as {id, data} -------------------------------------------------

function overSse(path = `/v1/stream?channel=${channel}`, eventOf = ({ id, data }) => id && { id, data }) {
  const seen = [];
  const curl = spawn('curl', ['-sN', `${connection}${path}`]);
  createInterface({ input: curl.stdout }).on('line', (line) => {
    const event = line.startsWith('data:') && eventOf(JSON.parse(line.slice(5)));
    if (event) seen.push(event);
  });
  endings.push(() => curl.kill());
  return seen;
}

function overLongPoll() {
  const seen = [];
  let going = true;
  endings.push(() => (going = false));
  (async () => {
    for (let channels = { [channel]: null }, wait = '0s'; going; wait = '2s') {
      const { status, body } = await request('POST', `${connection}/v1/poll`, { channels, wait });
      if (status !== 200) throw new Error(`status ${status}`);
      for (const { id, data } of body.items) seen.push({ id, data });
      channels = body.channels;
    }
  })().catch((failure) => (seen.failure = failure));
  return seen;
}

// The SDK over one of its transports, or over several nodes' worth of them.
function overSdk(protobuf, transport, options = {}, to = channel) {
  const seen = [];
  const { Centrifuge } = require(protobuf ? 'centrifuge/build/protobuf' : 'centrifuge');
  const endpoint = (transport === 'websocket' ? connection.replace('http', 'ws') : connection) + `/connection/${transport}`;
  const client = new Centrifuge([{ transport, endpoint }], {
    emulationEndpoint: `${connection}/emulation`,
    websocket: WebSocket,
    eventsource: EventSource,
    fetch,
    readableStream: ReadableStream,
  });
  const subscription = (seen.subscription = client.newSubscription(to, options));
  const parse = (data) => (protobuf ? JSON.parse(new TextDecoder().decode(data)) : data);
  subscription.on('subscribed', (context) => (seen.subscribed = context));
  subscription.on('publication', ({ tags, data }) => seen.push({ id: tags.ce_id, data: parse(data) }));
  subscription.subscribe();
  client.connect();
  endings.push(() => client.disconnect());
  return seen;
}

async function overWebhook() {
  const seen = [];
  let verifier;
  const server = createServer((incoming, response) => {
    const chunks = [];
    incoming.on('data', (chunk) => chunks.push(chunk));
    incoming.on('end', () => {
      try {
        const { data } = verifier.verify(Buffer.concat(chunks).toString(), incoming.headers);
        seen.push({ id: incoming.headers['webhook-id'], data });
        response.writeHead(204).end();
      } catch (failure) {
        seen.failure = failure;
        response.writeHead(401).end();
      }
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  endings.push(() => server.close().closeAllConnections());
  const url = `http://127.0.0.1:${server.address().port}/hook`;
  const { status, body } = await request('POST', `${webhook}/v1/endpoints`, { url, channels: ['walk:*'] });
  expect(status, 201, 'status');
  verifier = new Webhook(body.secret);
  return seen;
}

// ---- the walk -------------------------------------------------------------------------------------------------------

const listeners = {};
await check('a webhook endpoint is registered', async () => (listeners['signed webhook'] = await overWebhook()));
listeners['server-sent events (curl)'] = overSse();
listeners['long poll'] = overLongPoll();
listeners['WebSocket, JSON'] = overSdk(false, 'websocket');
listeners['WebSocket, Protobuf'] = overSdk(true, 'websocket');
listeners['session over SSE'] = overSdk(false, 'sse');
listeners['session over an HTTP stream'] = overSdk(false, 'http_stream');
listeners['session over an HTTP stream, Protobuf'] = overSdk(true, 'http_stream');
const wish = encodeURIComponent(JSON.stringify({ subs: { [channel]: {} } }));
listeners['unidirectional SSE (curl)'] = overSse(
  `/connection/uni_sse?cf_connect=${wish}`,
  ({ pub }) => pub && { id: pub.tags.ce_id, data: pub.data },
);

// Every listener is listening once it has seen one of the first events.
let steps = 0;
const early = [];
for (const [name, seen] of Object.entries(listeners)) {
  await check(`${name}: listens`, () =>
    until('a first event', async () => {
      if (seen.failure) throw seen.failure;
      if (!seen.length) early.push(await publish({ early: ++steps }));
      return seen.length;
    }));
}

const event = { hello: 'world', text: 'žluťoučký 🔔', number: 1.5e300, nested: [null, true, { a: [] }] };
let accepted;
await check('publishing is acknowledged with an id and a position', async () => {
  accepted = await publish(event);
  expect(typeof accepted.id, 'string', 'id');
  expect(typeof accepted.position.epoch, 'string', 'epoch');
});
for (const [name, seen] of Object.entries(listeners)) {
  await check(`${name}: brings the event, once and unchanged`, async () => {
    await until('the event', () => seen.find(({ id }) => id === accepted?.id));
    expect(seen.filter(({ id }) => id === accepted.id).map(({ data }) => data), [event], 'what came');
  });
}
await check('history pages hold the event', async () => {
  const { body } = await request('GET', `${connection}/v1/channels/${channel}/events?limit=100`);
  expect(body.items.at(-1).id, accepted.id, 'the newest id');
});
await check('a late client recovers everything after its position', async () => {
  const late = overSdk(false, 'websocket', { since: { offset: early[0].position.offset, epoch: early[0].position.epoch } });
  await until('the event', () => late.find(({ id }) => id === accepted.id));
  expect(late.subscribed.recovered, true, 'recovered');
  expect(late.map(({ id }) => id), [...early.slice(1), accepted].map(({ id }) => id), 'ids');
});
await check('a client publishes by a request beside its stream', async () => {
  await listeners['session over SSE'].subscription.publish({ from: 'a client' });
  await until('its event', () => listeners['WebSocket, JSON'].find(({ data }) => data.from === 'a client'));
});
const space = 'space';
await check('a namespace is made, with presence and deltas', async () => {
  const options = { presence: 'members', delta: true };
  const { status } = await request('PUT', `${connection}/v1/namespaces/${space}`, options);
  expect(status, 201, 'status');
});
await check('changes come instead of whole publications', async () => {
  const to = `${space}:${Date.now()}`;
  const changes = [overSdk(false, 'websocket', { delta: 'fossil' }, to), overSdk(true, 'websocket', { delta: 'fossil' }, to)];
  await until('a subscription', () => changes.every(({ subscribed }) => subscribed));
  for (let n = 0; n < 5; n++) await publish({ n, same: 'x'.repeat(500) }, to);
  await until('the events', () => changes.every((seen) => seen.length === 5));
  for (const seen of changes) {
    expect(seen.map(({ data }) => data.n), [0, 1, 2, 3, 4], 'what came');
    expect(seen.subscription.deltaStats().numDeltaPayloads, 4, 'changes');
  }
  const { body } = await request('GET', `${connection}/v1/channels/${to}/presence`);
  expect(body.items.length, 2, 'members');
});
await check('a past that is removed is gone', async () => {
  const to = `walk:removed-${Date.now()}`;
  await publish({ old: true }, to);
  const { status } = await request('DELETE', `${connection}/v1/channels/${to}/events`);
  expect(status, 204, 'status');
  await until('an empty page', async () => {
    const { body } = await request('GET', `${connection}/v1/channels/${to}/events`);
    return body.items.length === 0;
  });
});
await check('whoever sends a request byte by byte is cut off', async () => {
  const { hostname, port } = new URL(connection);
  const socket = connect(Number(port), hostname);
  const drip = setInterval(() => socket.write('x'), 200);
  const gone = new Promise((resolve) => socket.on('close', resolve).on('error', () => {}));
  await Promise.race([gone, new Promise((_, reject) => setTimeout(() => reject(new Error('it was not')), patience).unref())]);
  clearInterval(drip);
});
await check('a bad channel name is a problem with a type', async () => {
  const { status, type } = await request('POST', `${connection}/v1/channels/${'x'.repeat(300)}/events`, {});
  expect([status, type?.split(';')[0]], [400, 'application/problem+json'], 'answer');
});
await check('bad JSON is a problem with a type', async () => {
  const { status, type } = await request('POST', `${webhook}/v1/endpoints`, '{');
  expect([status, type?.split(';')[0]], [400, 'application/problem+json'], 'answer');
});

endings.forEach((end) => end());
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exit(tally.failed ? 1 : 0);
