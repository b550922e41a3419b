// A long-poll loop: {urls, channels}. Every request goes to the next node in turn.
import { onCommand, options, report, seen } from './report.mjs';

const { urls, channels } = options();
onCommand({});

async function poll(turn, positions, wait) {
  const response = await fetch(`${urls[turn % urls.length]}/v1/poll`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ channels: positions, wait, limit: 50 }),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return response.json();
}

let positions = Object.fromEntries(channels.map((channel) => [channel, null]));
let wait = '0s';
for (let turn = 0; ; turn++) {
  try {
    const answer = await poll(turn, positions, wait);
    positions = answer.channels;
    for (const event of answer.items) seen(event.channel, event.id, event.offset, event.data);
    for (const channel of answer.gaps ?? []) report({ kind: 'gap', channel });
    if (wait === '0s') report({ kind: 'ready' });
    wait = '5s';
  } catch (failure) {
    report({ kind: 'error', message: String(failure) });
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
