// All endpoints of the owner.

import { call } from './api.js';
import { h, show } from './dom.js';

export async function showEndpoints() {
  const list = h('ul', { class: 'cards', 'aria-busy': 'true' });
  const add = h('a', { class: 'button primary', href: '#/new' }, 'Register an endpoint');
  show('Endpoints', h('div', { class: 'toolbar' }, h('p', { class: 'lead' }, 'Where your events are sent.'), add), list);
  try {
    await fill(list);
  } catch (problem) {
    list.replaceWith(h('p', { class: 'fault', role: 'alert' }, problem.message));
  }
}

async function fill(list) {
  let after = '';
  do {
    const page = await call('GET', `endpoints?limit=200${after}`);
    list.append(...page.items.map(card));
    after = page.next ? `&after=${encodeURIComponent(page.next)}` : '';
  } while (after);
  list.removeAttribute('aria-busy');
  if (!list.children.length) {
    list.replaceWith(h('p', { class: 'empty' }, 'There is none yet. Register one, and send it a test.'));
  }
}

function card(endpoint) {
  return h('li', { class: 'card' },
    h('a', { class: 'title', href: `#/endpoints/${endpoint.id}` }, endpoint.url),
    standing(endpoint),
    endpoint.description ? h('p', {}, endpoint.description) : null,
    h('p', { class: 'chips' }, endpoint.channels.map((channel) => h('code', {}, channel))));
}

const REASONS = {
  manual: 'disabled',
  gone: 'disabled: it answered 410 (gone)',
  failing: 'disabled: it failed for too long',
  exhausted: 'paused: a delivery was given up',
};

/** How an endpoint is doing, in a word. */
export function standing(endpoint) {
  if (!endpoint.enabled) {
    const text = REASONS[endpoint.disabledReason] ?? `disabled: ${endpoint.disabledReason}`;
    return h('span', { class: 'badge bad' }, text);
  }
  return endpoint.standing && endpoint.standing !== 'verified'
    ? h('span', { class: 'badge wait' }, 'not verified')
    : h('span', { class: 'badge good' }, 'enabled');
}
