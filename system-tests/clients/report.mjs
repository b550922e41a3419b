// How the clients tell the test what they see: one JSON object a line on standard output.
import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';

export function report(what) {
  process.stdout.write(JSON.stringify(what) + '\n');
}

// Data compares by the hash of its canonical text, so that 27 KB payloads do not travel five times.
export function digest(data) {
  return createHash('sha256').update(JSON.stringify(data)).digest('hex').slice(0, 32);
}

export function seen(channel, id, offset, data) {
  report({ kind: 'event', channel, id, offset, digest: digest(data) });
}

// The test's words on standard input; without input any more the client has no reason to live.
export function onCommand(handlers) {
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => handlers[line.trim()]?.());
  lines.on('close', () => process.exit(0));
}

export function options() {
  return JSON.parse(process.argv[2]);
}
