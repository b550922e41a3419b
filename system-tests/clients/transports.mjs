// The centrifuge SDK over any of its transports: {transports, emulation, protobuf, channel}. Words: "publish" (ten
// numbers, one after another), "history", "connect", "disconnect".
import { EventSource } from 'eventsource';
import WebSocket from './websocket.mjs';
import { onCommand, options, report } from './report.mjs';

const { transports, emulation, protobuf, channel } = options();
const { Centrifuge } = await import(protobuf ? 'centrifuge/build/protobuf' : 'centrifuge');
const client = new Centrifuge(transports, {
  emulationEndpoint: emulation,
  websocket: WebSocket,
  eventsource: EventSource,
  fetch,
  readableStream: ReadableStream,
  minReconnectDelay: 50,
  maxReconnectDelay: 500,
});
const write = (data) => (protobuf ? new TextEncoder().encode(JSON.stringify(data)) : data);
const read = (data) => (protobuf ? JSON.parse(new TextDecoder().decode(data)) : data);

client.on('error', (context) => report({ kind: 'error', message: JSON.stringify(context.error) }));
client.on('connected', (context) => report({ kind: 'connected', transport: context.transport }));
client.on('disconnected', (context) => report({ kind: 'disconnected', code: context.code }));

const subscription = client.newSubscription(channel);
subscription.on('publication', (context) => report({ kind: 'event', n: read(context.data).n }));
subscription.on('subscribed', ({ wasRecovering, recovered }) => report({ kind: 'subscribed', wasRecovering, recovered }));
subscription.on('unsubscribed', (context) => report({ kind: 'unsubscribed', code: context.code }));
subscription.on('error', (context) => report({ kind: 'error', message: JSON.stringify(context.error) }));
subscription.subscribe();
client.connect();

let next = 0;
async function publish() {
  for (const end = next + 10; next < end; next++) await client.publish(channel, write({ n: next }));
  report({ kind: 'published', next });
}

async function history() {
  const { publications } = await client.history(channel, { limit: 100 });
  report({ kind: 'history', numbers: publications.map((publication) => read(publication.data).n) });
}

const loudly = (action) => () => action().catch((failure) => report({ kind: 'failed', message: JSON.stringify(failure) }));
onCommand({
  publish: loudly(publish),
  history: loudly(history),
  connect: () => client.connect(),
  disconnect: () => client.disconnect(),
});
