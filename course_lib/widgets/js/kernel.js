// Questions to the kernel, by custom message. A reader drags faster than it answers, so few are
// under way at a time, and of those that wait only the newest is asked. Without a kernel there is
// no answer: pictures then use what they were sent before.

const MOST_UNDER_WAY = 3;
const PATIENCE = 4000; // milliseconds

/**
 * Returns `{ ask, askLatest, stop }`. `ask(question)` promises the reply, or null if none comes.
 * `askLatest(question, use)` calls `use(reply)`, unless a newer reply was there first.
 */
export function connect(model) {
  const underWay = new Map();
  let [count, waiting, newest] = [0, null, 0];

  function receive(message, buffers) {
    const resolve = underWay.get(message?.id);
    if (!resolve) return;
    underWay.delete(message.id);
    resolve({ ...message, buffers });
    next();
  }
  function ask(question) {
    count += 1;
    const id = count;
    const reply = new Promise((resolve) => {
      underWay.set(id, resolve);
      setTimeout(() => {
        if (underWay.delete(id)) resolve(null);
        next();
      }, PATIENCE);
    });
    try {
      model.send({ ...question, id });
    } catch {
      underWay.get(id)(null);
      underWay.delete(id);
    }
    return reply;
  }
  function next() {
    if (!waiting || underWay.size >= MOST_UNDER_WAY) return;
    const { question, use } = waiting;
    waiting = null;
    const order = count + 1;
    ask(question).then((reply) => {
      if (reply && order > newest) {
        newest = order;
        use(reply);
      }
    });
  }
  function askLatest(question, use) {
    waiting = { question, use };
    next();
  }
  model.on("msg:custom", receive);
  return { ask, askLatest, stop: () => model.off("msg:custom", receive) };
}
