// The REST API, seen from this page: beside it, wherever a proxy has put the two.

import { token } from './session.js';

const BASE = new URL('../v1/', document.baseURI);

/** What the service refuses, in its own words (RFC 9457). */
export class Problem extends Error {
  constructor(status, body) {
    super(body?.detail ?? `The service answered ${status}.`);
    this.status = status;
    this.errors = body?.errors ?? [];
  }
}

let lost = () => {};

/** Tells who is to know when the token is not good any more. */
export function onUnauthorized(listener) {
  lost = listener;
}

export async function call(method, path, body, headers = {}) {
  const response = await request(method, path, body, headers);
  return response.status === 204 ? null : response.json();
}

/** Server-sent events, with the token in a header, where EventSource could not put it. Ends with the stream. */
export async function* events(path, signal) {
  const response = await request('GET', path, undefined, { Accept: 'text/event-stream' }, signal);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) {
        return;
      }
      const blocks = (text + value).split('\n\n');
      text = blocks.pop();
      yield* blocks.map(parse).filter((event) => event.name);
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function parse(block) {
  const event = { name: '', data: '' };
  for (const line of block.split('\n')) {
    if (line.startsWith('event: ')) {
      event.name = line.slice(7);
    } else if (line.startsWith('data: ')) {
      event.data += line.slice(6);
    }
  }
  return event;
}

async function request(method, path, body, headers, signal) {
  const all = { Authorization: `Bearer ${token()}`, ...headers };
  if (body !== undefined) {
    all['Content-Type'] = 'application/json';
  }
  let response;
  try {
    response = await fetch(new URL(path, BASE), {
      method,
      headers: all,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
    });
  } catch (failure) {
    throw signal?.aborted ? failure : new Problem(0, { detail: 'The service cannot be reached.' });
  }
  if (response.ok) {
    return response;
  }
  if (response.status === 401) {
    lost();
  }
  throw new Problem(response.status, await response.json().catch(() => null));
}
