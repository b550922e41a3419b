// One endpoint: what it is, what can be done with it, and what is attempted.

import { call } from './api.js';
import { attempts } from './attempts.js';
import { announce, busy, dialog, h, show, when } from './dom.js';
import { standing } from './endpoints.js';
import { showSecret } from './secret.js';

/** Shows an endpoint; returns what ends the view. */
export function showEndpoint(id) {
  const path = `endpoints/${id}`;
  const facts = h('section', { class: 'card', 'aria-label': 'Endpoint' });
  const log = attempts(id, () => refresh());
  show('Endpoint', h('p', {}, h('a', { href: '#/' }, '← All endpoints')), facts, log.element);

  let shown = 0;

  /** Draws anew what changed, so that nobody loses the button that they are at. */
  const refresh = async () => {
    try {
      const endpoint = await call('GET', path);
      if (endpoint.revision !== shown) {
        shown = endpoint.revision;
        facts.replaceChildren(...content(endpoint));
      }
    } catch (problem) {
      facts.replaceChildren(h('p', { class: 'fault', role: 'alert' }, problem.message));
    }
  };

  const test = busy(async () => {
    announce('Sending a test…');
    const at = new Date().toISOString();
    const result = await call('POST', `${path}:test`);
    log.add({
      type: 'webhook.test',
      event: 'test',
      attempt: 1,
      lane: 'test',
      at,
      outcome: result.delivered ? 'delivered' : 'failed',
      detail: result.fault ? `${result.fault}: ${result.detail}` : '',
      ...result,
    });
  });

  const toggle = (enabled) => busy(async () => {
    await call('POST', `${path}:${enabled ? 'enable' : 'disable'}`);
    await refresh();
    document.getElementById('toggle').focus();
    announce(enabled ? 'The endpoint is enabled.' : 'The endpoint is disabled.');
  });

  const rotate = () => ask(
    'Rotate the secret?',
    'A new secret signs from now on. The old one signs too for 24 hours, so that your server can change over.',
    'Rotate',
    async () => {
      const { secret } = await call('POST', `${path}/secret:rotate`, {});
      await refresh();
      document.getElementById('rotate').focus();
      showSecret(secret);
    },
  );

  const remove = () => ask('Delete the endpoint?', 'What it is still owed is cancelled.', 'Delete', async () => {
    await call('DELETE', path);
    announce('The endpoint is deleted.');
    location.hash = '#/';
  });

  const content = (endpoint) => [
    h('div', { class: 'headline' }, h('h2', {}, endpoint.url), standing(endpoint)),
    endpoint.description ? h('p', {}, endpoint.description) : null,
    h('dl', { class: 'facts' },
      fact('Channels', endpoint.channels.map((channel) => h('code', {}, channel))),
      fact('Event types', endpoint.types.length ? endpoint.types.map((type) => h('code', {}, type)) : ['all']),
      fact('Format', [endpoint.format]),
      fact('Registered', [when(endpoint.createdAt)]),
      fact('Id', [h('code', {}, endpoint.id)])),
    h('div', { class: 'actions' },
      h('button', { type: 'button', class: 'primary', onclick: test }, 'Send a test'),
      h('button', { type: 'button', id: 'toggle', onclick: toggle(!endpoint.enabled) },
        endpoint.enabled ? 'Disable' : 'Resume'),
      h('button', { type: 'button', id: 'rotate', onclick: rotate }, 'Rotate secret'),
      h('button', { type: 'button', class: 'danger', onclick: remove }, 'Delete')),
  ].filter(Boolean);

  refresh();
  return log.close;
}

function fact(name, values) {
  return h('div', {}, h('dt', {}, name), h('dd', { class: 'chips' }, values));
}

/** Asks before something is done that cannot be taken back. */
function ask(title, text, verb, action) {
  const asked = dialog(
    title,
    h('p', {}, text),
    h('div', { class: 'actions' },
      h('button', {
        type: 'button',
        class: 'primary',
        autofocus: true,
        onclick: busy(async () => {
          asked.close();
          await action();
        }),
      }, verb),
      h('button', { type: 'button', onclick: () => asked.close() }, 'Cancel')),
  );
}
