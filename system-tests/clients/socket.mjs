// The centrifuge SDK over WebSocket, JSON or Protobuf: {url, protobuf, channels, since: {channel: {epoch, offset}}, delta}.
import WebSocket from './websocket.mjs';
import { onCommand, options, report, seen } from './report.mjs';

const { url, protobuf, channels, since = {}, delta } = options();
const { Centrifuge } = await import(protobuf ? 'centrifuge/build/protobuf' : 'centrifuge');
const client = new Centrifuge(url, { websocket: WebSocket, minReconnectDelay: 50, maxReconnectDelay: 500 });
const parse = (data) => (protobuf ? JSON.parse(new TextDecoder().decode(data)) : data);

client.on('error', (context) => report({ kind: 'error', message: JSON.stringify(context.error) }));
client.on('connected', (context) => report({ kind: 'connected', client: context.client }));
client.on('disconnected', (context) => report({ kind: 'disconnected', code: context.code }));

const waiting = new Set(channels);
const subscriptions = [];
for (const channel of channels) {
  const position = since[channel];
  const subscription = client.newSubscription(channel, { ...(position && { since: position }), ...(delta && { delta }) });
  subscriptions.push(subscription);
  subscription.on('publication', (context) =>
    seen(context.channel, context.tags.ce_id, Number(context.offset), parse(context.data)));
  subscription.on('subscribed', (context) => {
    const { wasRecovering, recovered, streamPosition } = context;
    report({ kind: 'subscribed', channel, wasRecovering, recovered, position: { epoch: streamPosition?.epoch, offset: Number(streamPosition?.offset) } });
    if (waiting.delete(channel) && waiting.size === 0) report({ kind: 'ready' });
  });
  subscription.on('unsubscribed', (context) => report({ kind: 'unsubscribed', channel, code: context.code }));
  subscription.on('error', (context) => report({ kind: 'error', message: JSON.stringify(context.error) }));
  subscription.subscribe();
}
client.connect();
onCommand({
  connect: () => client.connect(),
  disconnect: () => client.disconnect(),
  stats: () => subscriptions.forEach((subscription) => report({ kind: 'stats', ...subscription.deltaStats() })),
});
