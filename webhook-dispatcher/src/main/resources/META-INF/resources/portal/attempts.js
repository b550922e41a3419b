// What is attempted at an endpoint: the latest, and from then on each as it is made.

import { Problem, call, events } from './api.js';
import { announce, busy, h, when } from './dom.js';

const MOST = 200;
const SHORTEST = 1000;
const LONGEST = 15000;

/** A list of attempts that is kept up to date until it is closed; `changed` hears that something was attempted. */
export function attempts(endpoint, changed) {
  const state = h('span', { class: 'live', 'data-live': 'false' }, 'connecting…');
  const list = h('ol', { class: 'attempts', 'aria-label': 'Attempts, the newest first' });
  const empty = h('p', { class: 'empty' }, 'Nothing was attempted yet. Send a test, or publish an event.');
  const seen = new Set();
  const ended = new AbortController();

  const add = (attempt, isNew = true) => {
    const key = `${attempt.event} ${attempt.attempt} ${attempt.at}`;
    if (seen.has(key)) {
      return;
    }
    seen.add(key);
    empty.remove();
    const later = [...list.children].find((item) => item.dataset.at <= attempt.at);
    list.insertBefore(item(endpoint, attempt, isNew), later ?? null);
    while (list.children.length > MOST) {
      list.lastChild.remove();
    }
    if (isNew) {
      announce(spoken(attempt));
      changed();
    }
  };

  const live = (isLive, text) => {
    state.dataset.live = isLive;
    state.textContent = text;
  };

  const follow = async () => {
    let pause = SHORTEST;
    while (!ended.signal.aborted) {
      try {
        for await (const event of events(`endpoints/${endpoint}/attempts/stream`, ended.signal)) {
          pause = SHORTEST;
          if (event.name === 'open') {
            // From here on nothing is missed, so what was before is asked for now.
            const page = await call('GET', `attempts?endpoint=${endpoint}&limit=50`);
            page.items.forEach((attempt) => add(attempt, false));
            live(true, 'live');
          } else if (event.name === 'attempt') {
            add(JSON.parse(event.data));
          }
        }
      } catch (problem) {
        if (ended.signal.aborted || (problem instanceof Problem && [401, 403, 404].includes(problem.status))) {
          break;
        }
      }
      live(false, 'reconnecting…');
      await new Promise((resolve) => setTimeout(resolve, pause));
      pause = Math.min(pause * 2, LONGEST);
    }
    live(false, 'ended');
  };

  follow();
  return {
    add,
    close: () => ended.abort(),
    element: h('section', { 'aria-labelledby': 'attempts' },
      h('div', { class: 'headline' }, h('h2', { id: 'attempts' }, 'Attempts'), state), empty, list),
  };
}

const KINDS = { delivered: 'good', failed: 'bad', paused: 'bad', dead: 'bad', expired: 'bad', cancelled: 'wait' };

function spoken(attempt) {
  const status = attempt.status ? `, answered ${attempt.status}` : '';
  return `${attempt.type}: ${attempt.outcome}${status}`;
}

/** One attempt: a line that opens. */
function item(endpoint, attempt, isNew) {
  const id = `attempt-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
  const details = h('div', { id, class: 'details', hidden: true });
  const open = (event) => {
    const isOpen = details.hidden;
    details.hidden = !isOpen;
    event.currentTarget.setAttribute('aria-expanded', String(isOpen));
    if (isOpen && !details.children.length) {
      details.append(...content(endpoint, attempt));
    }
  };
  return h('li', { 'data-at': attempt.at, class: isNew ? 'fresh' : undefined },
    h('button', { type: 'button', class: 'line', 'aria-expanded': 'false', 'aria-controls': id, onclick: open },
      h('span', { class: `badge ${KINDS[attempt.outcome] ?? 'wait'}` }, attempt.outcome),
      h('span', { class: 'type' }, attempt.type || 'event'),
      h('span', { class: 'number' }, attempt.status ? String(attempt.status) : '–'),
      h('span', { class: 'number' }, `${attempt.millis} ms`),
      when(attempt.at)),
    details);
}

function content(endpoint, attempt) {
  const facts = [
    ['Event', attempt.event],
    ['Channel', attempt.channel],
    ['Attempt', `${attempt.attempt} (${attempt.lane})`],
    ['Answer', attempt.status ? `HTTP ${attempt.status}` : 'none'],
    ['What happened', attempt.detail],
    ['Next attempt', attempt.next && when(attempt.next)],
  ];
  return [
    h('dl', { class: 'facts' },
      facts.filter(([, value]) => value).map(([name, value]) =>
        h('div', {}, h('dt', {}, name), h('dd', {}, value)))),
    attempt.body ? h('div', {}, h('h3', {}, 'Answered with'), h('pre', { tabindex: '0' }, attempt.body)) : null,
    attempt.lane === 'test' ? null : h('div', { class: 'actions' },
      h('button', { type: 'button', onclick: resend(endpoint, attempt) }, 'Send again')),
  ].filter(Boolean);
}

function resend(endpoint, attempt) {
  return busy(async () => {
    try {
      await call('POST', `deliveries/${encodeURIComponent(attempt.event)}:resend`, { endpoint });
      announce('The event is sent again.');
    } catch (problem) {
      const isUnknown = problem.status === 404 || problem.status === 405;
      throw isUnknown ? new Error('This event cannot be sent again.') : problem;
    }
  });
}
