// Which view stands for which address, and who may see any.

import { onUnauthorized } from './api.js';
import { announce, h, show } from './dom.js';
import { showEndpoint } from './endpoint.js';
import { showEndpoints } from './endpoints.js';
import { showRegistration } from './register.js';
import { forget, holder, keep, takeToken } from './session.js';

let leave = () => {};

function route() {
  if (location.hash === '#main') {
    return;
  }
  leave();
  leave = () => {};
  if (!takeToken()) {
    showDoor();
    return;
  }
  showHolder();
  const endpoint = /^#\/endpoints\/([A-Za-z0-9_-]+)$/.exec(location.hash);
  if (endpoint) {
    leave = showEndpoint(endpoint[1]);
  } else if (location.hash === '#/new') {
    showRegistration();
  } else {
    showEndpoints();
  }
}

function showHolder() {
  const who = holder();
  const out = h('button', { class: 'quiet', onclick: () => close('You are signed out.') }, 'Sign out');
  document.getElementById('who').replaceChildren(who ? h('strong', {}, who.owner) : '', out);
}

function close(why) {
  forget();
  announce(why);
  location.hash = '#/';
  route();
}

/** For who comes without a token. */
function showDoor() {
  document.getElementById('who').replaceChildren();
  const field = h('input', { id: 'token', type: 'password', autocomplete: 'off', required: true });
  const enter = (event) => {
    event.preventDefault();
    keep(field.value);
    route();
  };
  show(
    'Open your webhooks',
    h('p', { class: 'lead' }, 'Come here from your application: its link brings the token that opens this page.'),
    h('form', { class: 'card', onsubmit: enter },
      h('label', { for: 'token' }, 'Or paste a portal token'), field,
      h('div', { class: 'actions' }, h('button', { class: 'primary' }, 'Open'))),
  );
}

onUnauthorized(() => close('Your token is not valid any more. Come again from your application.'));
window.addEventListener('hashchange', route);
route();
