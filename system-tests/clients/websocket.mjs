// The WebSocket of `ws` as browsers have it: one message a task. By default it hands over all messages of one read at
// once, and then the centrifuge SDK (5.7) mixes the pushes of messages that hold several.
import WebSocket from 'ws';

export default class extends WebSocket {
  constructor(url, protocols) {
    super(url, protocols, { allowSynchronousEvents: false });
  }
}
