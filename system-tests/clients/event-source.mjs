// Plain SSE, as a browser's EventSource reads it: {url}. It reconnects by itself, with Last-Event-ID.
import { EventSource } from 'eventsource';
import { onCommand, options, report, seen } from './report.mjs';

const source = new EventSource(options().url);
source.onopen = () => report({ kind: 'ready' });
source.onerror = (event) => report({ kind: 'error', message: String(event.message ?? event.type) });
source.onmessage = (message) => {
  const event = JSON.parse(message.data);
  seen(event.channel, event.id, event.offset, event.data);
};
source.addEventListener('gap', (message) => report({ kind: 'gap', message: message.data }));
onCommand({});
