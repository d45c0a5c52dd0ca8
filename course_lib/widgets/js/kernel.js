// Questions to the kernel, by custom message. A reader drags faster than it answers, so few are
// under way at a time, and of those that wait only the newest is asked. Without a kernel there is
// no answer: pictures then use what they were sent before.

const MOST_UNDER_WAY = 3;
const PATIENCE = 4000; // milliseconds; a kernel that runs another cell may answer later than that

/**
 * Returns `{ ask, askLatest, stop }`. `ask(question)` promises the reply, or null if none has come
 * in time. `askLatest(question, use)` calls `use(reply)` whenever it comes, unless a newer reply
 * was there first.
 */
export function connect(model) {
  const expected = new Map(); // what to do with the reply of each question
  const underWay = new Set();
  let [count, waiting, newest] = [0, null, 0];

  function receive(message, buffers) {
    const use = expected.get(message?.id);
    if (!use) return;
    expected.delete(message.id);
    free(message.id);
    use({ ...message, buffers });
  }
  function free(id) {
    underWay.delete(id);
    if (waiting && underWay.size < MOST_UNDER_WAY) {
      const { question, use } = waiting;
      waiting = null;
      send(question, use);
    }
  }
  function send(question, use) {
    count += 1;
    const id = count;
    underWay.add(id);
    expected.set(id, (reply) => use(reply, id));
    setTimeout(free, PATIENCE, id);
    try {
      model.send({ ...question, id });
    } catch {
      free(id); // the connection is closed
    }
  }
  function ask(question) {
    return new Promise((resolve) => {
      setTimeout(resolve, PATIENCE, null);
      send(question, resolve);
    });
  }
  function askLatest(question, use) {
    const useIfNewer = (reply, id) => {
      if (id < newest) return;
      newest = id;
      use(reply);
    };
    if (underWay.size < MOST_UNDER_WAY) send(question, useIfNewer);
    else waiting = { question, use: useIfNewer };
  }
  model.on("msg:custom", receive);
  return { ask, askLatest, stop: () => model.off("msg:custom", receive) };
}
