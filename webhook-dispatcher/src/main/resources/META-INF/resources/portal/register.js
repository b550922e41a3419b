// A new endpoint.

import { call } from './api.js';
import { announce, h, show } from './dom.js';
import { showSecret } from './secret.js';

const FORMATS = {
  standard: 'Standard Webhooks',
  'ce-binary': 'CloudEvents, binary',
  'ce-structured': 'CloudEvents, structured',
};

export function showRegistration() {
  const url = h('input', { type: 'url', required: true, placeholder: 'https://example.com/webhooks' });
  const description = h('input', { maxlength: '1000' });
  const channels = h('input', { required: true, placeholder: 'orders:*, news', spellcheck: 'false' });
  const types = h('input', { placeholder: 'order.created', spellcheck: 'false' });
  const format = h('select', {}, Object.entries(FORMATS).map(([value, name]) => h('option', { value }, name)));
  const fields = [
    field('url', 'URL', url, 'Where events are sent with POST.'),
    field('description', 'Description', description, 'For yourself. Optional.'),
    field('channels', 'Channels', channels, 'With commas between them; orders:* is every channel that begins so.'),
    field('types', 'Event types', types, 'With commas between them; none for all. Optional.'),
    field('format', 'Format', format, 'How the body looks.'),
  ];
  const rest = h('p', { class: 'fault', role: 'alert' });
  const submit = h('button', { class: 'primary' }, 'Register');
  const settings = () => ({
    url: url.value.trim(),
    description: description.value,
    channels: words(channels.value),
    types: words(types.value),
    format: format.value,
  });
  const register = async (event) => {
    event.preventDefault();
    submit.disabled = true;
    rest.replaceChildren();
    fields.forEach((one) => one.clear());
    try {
      const endpoint = await call('POST', 'endpoints', settings());
      location.hash = `#/endpoints/${endpoint.id}`;
      announce('The endpoint is registered.');
      showSecret(endpoint.secret);
    } catch (problem) {
      submit.disabled = false;
      tell(problem, fields, rest);
    }
  };
  show(
    'Register an endpoint',
    h('form', { class: 'card', novalidate: true, onsubmit: register },
      fields.map((one) => one.element),
      rest,
      h('div', { class: 'actions' }, submit, h('a', { class: 'button', href: '#/' }, 'Cancel'))),
  );
}

/** Says each fault beside the field that it is about, and takes the focus to the first. */
function tell(problem, fields, rest) {
  const others = problem.errors.filter((error) => {
    const about = fields.find((one) => error.pointer.split('/')[1] === one.name);
    about?.fault(error.detail);
    return !about;
  });
  const first = fields.find((one) => one.isFaulty());
  if (first) {
    first.input.focus();
  }
  if (others.length || !first) {
    rest.append([problem.message, ...others.map((error) => `${error.pointer} ${error.detail}`)].join(' – '));
  }
}

function field(name, label, input, hint) {
  const fault = h('span', { class: 'fault', id: `${name}-fault` });
  input.id = name;
  input.setAttribute('aria-describedby', `${name}-hint ${name}-fault`);
  return {
    name,
    input,
    element: h('div', { class: 'field' },
      h('label', { for: name }, label), input, h('span', { class: 'hint', id: `${name}-hint` }, hint), fault),
    isFaulty: () => fault.textContent !== '',
    clear: () => {
      fault.replaceChildren();
      input.removeAttribute('aria-invalid');
    },
    fault: (detail) => {
      const text = detail[0].toUpperCase() + detail.slice(1);
      fault.append(fault.textContent ? ` ${text}.` : `${text}.`);
      input.setAttribute('aria-invalid', 'true');
    },
  };
}

function words(text) {
  return text.split(/[\s,]+/).filter((word) => word !== '');
}
