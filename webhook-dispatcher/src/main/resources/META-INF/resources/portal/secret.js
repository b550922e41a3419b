// The secret that an endpoint signs with, while it can be seen.

import { dialog, h } from './dom.js';

/** Shows a secret this once. */
export function showSecret(secret) {
  const field = h('input', { id: 'secret', class: 'secret', readonly: true, value: secret, spellcheck: 'false' });
  // What is said outside of an open dialog is not heard.
  const said = h('p', { class: 'hint', role: 'status' });
  const copy = async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(secret);
      said.textContent = 'The secret is copied.';
    } catch {
      said.textContent = 'The secret is selected: copy it with the keyboard.';
    }
  };
  const shown = dialog(
    'Keep this secret',
    h('p', {}, 'Your server verifies with it that events come from here. It is not shown again.'),
    h('label', { for: 'secret' }, 'Signing secret'),
    field,
    said,
    h('div', { class: 'actions' },
      h('button', { class: 'primary', type: 'button', autofocus: true, onclick: copy }, 'Copy'),
      h('button', { type: 'button', onclick: () => shown.close() }, 'I have kept it')),
  );
}
