// Prints real GitHub webhook payloads, one a line: event name, JSON text and its digest.
import { createRequire } from 'node:module';
import { digest, report } from './report.mjs';

const examples = createRequire(import.meta.url)('@octokit/webhooks-examples');
for (const { name, examples: payloads } of examples.default ?? examples) {
  for (const payload of payloads) {
    report({ name, json: JSON.stringify(payload), digest: digest(payload) });
  }
}
