// The few things that every view makes elements with. No markup is ever parsed from text.

/** An element: properties that begin with "on" listen, `true` sets an attribute without a value. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else if (value === true) {
      element.setAttribute(name, '');
    } else if (value !== false && value !== undefined) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** Shows a view, tells its name to the window, and takes the focus to its heading. */
export function show(title, ...content) {
  const heading = h('h1', { tabindex: '-1' }, title);
  document.title = `${title} · Webhooks`;
  document.getElementById('main').replaceChildren(heading, ...content);
  heading.focus({ preventScroll: true });
  window.scrollTo(0, 0);
  return heading;
}

let hiding;

/** Says something in passing, to eyes and to screen readers. */
export function announce(text) {
  const announcer = document.getElementById('announcer');
  announcer.textContent = text;
  clearTimeout(hiding);
  hiding = setTimeout(() => announcer.replaceChildren(), 8000);
}

/** A time as the reader's own place writes it. */
export function when(text) {
  const style = { dateStyle: 'medium', timeStyle: 'medium' };
  return h('time', { datetime: text }, new Date(text).toLocaleString(undefined, style));
}

/** A dialog that is gone once it is closed. Its first button or field gets the focus. */
export function dialog(title, ...content) {
  const id = `dialog-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
  const element = h('dialog', { 'aria-labelledby': id }, h('h2', { id }, title), ...content);
  const back = document.activeElement;
  element.addEventListener('close', () => {
    element.remove();
    if (back?.isConnected) {
      back.focus();
    }
  });
  document.body.append(element);
  element.showModal();
  return element;
}

/** Runs something a button was pressed for; meanwhile the button cannot be pressed again. */
export function busy(action) {
  return async (event) => {
    const button = event.currentTarget;
    if (button.getAttribute('aria-disabled') === 'true') {
      return;
    }
    button.setAttribute('aria-disabled', 'true');
    try {
      await action(event);
    } catch (problem) {
      announce(problem.message);
    } finally {
      button.removeAttribute('aria-disabled');
    }
  };
}
