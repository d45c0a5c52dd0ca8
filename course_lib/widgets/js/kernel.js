// Questions to the kernel, by custom message. A reader drags faster than it answers, so of the
// places along the way only the newest is asked, one at a time. Without a kernel there is no
// answer: pictures then use what they were sent before.

const PATIENCE = 4000; // milliseconds; a kernel that runs another cell may answer later than that

/**
 * Returns `{ ask, askLatest, stop }`. `ask(question)` promises the reply, or null if none has come
 * in time. `askLatest(question, use)` calls `use(reply)` whenever it comes, unless a newer reply
 * was there first; it asks no more often than once in `pause` milliseconds, since page, server and
 * kernel share one computer.
 */
export function connect(model, { pause = 0 } = {}) {
  const expected = new Map(); // what to do with the reply of each question
  let [count, waiting, asking, newest] = [0, null, false, 0];

  function receive(message, buffers) {
    expected.get(message?.id)?.({ ...message, buffers });
    expected.delete(message?.id);
  }
  /** Promises the reply, however late, or null if the connection is closed. */
  function send(question) {
    const id = ++count;
    return new Promise((resolve) => {
      expected.set(id, resolve);
      try {
        model.send({ ...question, id });
      } catch {
        expected.delete(id);
        resolve(null);
      }
    });
  }
  function ask(question) {
    return inTime(send(question));
  }
  async function askLatest(question, use) {
    waiting = { question, use };
    if (asking) return;
    asking = true;
    while (waiting) {
      const next = waiting;
      waiting = null;
      const reply = send(next.question);
      const id = count;
      reply.then((found) => {
        if (!found || id < newest) return;
        newest = id;
        next.use(found);
      });
      // oxlint-disable-next-line no-await-in-loop -- one question at a time
      await Promise.all([inTime(reply), later(pause)]);
    }
    asking = false;
  }
  model.on("msg:custom", receive);
  return { ask, askLatest, stop: () => model.off("msg:custom", receive) };
}

function inTime(reply) {
  return Promise.race([reply, later(PATIENCE)]);
}

function later(milliseconds) {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds, null);
  });
}
