// A member of a channel, with the centrifuge SDK over WebSocket: {url, protobuf, user, secret, channel}.
import { createHmac } from 'node:crypto';
import WebSocket from './websocket.mjs';
import { onCommand, options, report } from './report.mjs';

const { url, protobuf, user, secret, channel } = options();
const { Centrifuge } = await import(protobuf ? 'centrifuge/build/protobuf' : 'centrifuge');

const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub: user, info: { name: user.toUpperCase() } })}`;
const token = `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;

const client = new Centrifuge(url, { websocket: WebSocket, token, minReconnectDelay: 50, maxReconnectDelay: 500 });
const json = (info) => (protobuf && info ? JSON.parse(new TextDecoder().decode(info)) : info);
const shown = (info) => ({ user: info.user, client: info.client, name: json(info.connInfo)?.name });

client.on('error', (context) => report({ kind: 'error', message: JSON.stringify(context.error) }));
client.on('connected', (context) => report({ kind: 'connected', client: context.client }));
client.on('disconnected', (context) => report({ kind: 'disconnected', code: context.code }));

const subscription = client.newSubscription(channel, { joinLeave: true });
subscription.on('subscribed', () => report({ kind: 'subscribed' }));
subscription.on('unsubscribed', (context) => report({ kind: 'unsubscribed', code: context.code }));
subscription.on('error', (context) => report({ kind: 'error', message: JSON.stringify(context.error) }));
subscription.on('join', (context) => report({ kind: 'change', what: 'join', ...shown(context.info) }));
subscription.on('leave', (context) => report({ kind: 'change', what: 'leave', ...shown(context.info) }));

const answer = (kind, question) =>
  question.then((result) => report({ kind, ...result }), (error) => report({ kind: 'error', message: JSON.stringify(error) }));
const who = () => subscription.presence().then(({ clients }) => ({ clients: Object.values(clients).map(shown) }));
const howMany = () => subscription.presenceStats().then(({ numClients, numUsers }) => ({ numClients, numUsers }));

// As soon as it is in, it finds itself.
subscription.on('subscribed', () => answer('first', who()));
subscription.subscribe();
client.connect();
onCommand({
  connect: () => client.connect(),
  disconnect: () => client.disconnect(),
  who: () => answer('who', who()),
  'how-many': () => answer('how-many', howMany()),
});
