// Who is looking: a portal token, which comes in the address behind `#token=` and stays in this tab only.

const KEY = 'carillon-portal-token';

/** Takes a token out of the address, so that it is in no history and no bookmark. */
export function takeToken() {
  const found = /^#token=([^&]+)/.exec(location.hash);
  if (found) {
    keep(decodeURIComponent(found[1]));
    history.replaceState(null, '', `${location.pathname}${location.search}#/`);
  }
  return token() !== null;
}

export function keep(value) {
  sessionStorage.setItem(KEY, value.trim());
}

export function token() {
  return sessionStorage.getItem(KEY);
}

export function forget() {
  sessionStorage.removeItem(KEY);
}

/** What the token says of itself; the service does not take its word for it. */
export function holder() {
  try {
    const payload = token().split('.')[1].replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
    const claims = JSON.parse(new TextDecoder().decode(bytes));
    return { owner: String(claims.sub), until: new Date(claims.exp * 1000) };
  } catch {
    return null;
  }
}
