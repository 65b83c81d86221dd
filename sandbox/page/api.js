/** The control API of the sandbox: each call answers JSON or throws an Error with its reason. */

async function call(method, path, body) {
  const options = { method, headers: { Accept: "application/json" } };
  if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  const answer = await fetch(`/sandbox/api/${path}`, options);
  const data = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(data.error ?? `${method} ${path} answered ${answer.status}`);
  return data;
}

/** GET, POST, PUT and PATCH below /sandbox/api/. */
export const api = {
  get: (path) => call("GET", path),
  post: (path, body = {}) => call("POST", path, body),
  put: (path, body) => call("PUT", path, body),
  patch: (path, body) => call("PATCH", path, body),
};

const person = (key) => `people/${encodeURIComponent(key)}`;

/** What a person can do on a phone; every call answers the id of the person's message. */
export const act = {
  say: (key, text, replyTo) =>
    api.post(`${person(key)}/say`, { text, ...(replyTo && { reply_to: replyTo }) }),
  tap: (key, message, button) => api.post(`${person(key)}/tap`, { message, button }),
  choose: (key, message, row) => api.post(`${person(key)}/choose`, { message, row }),
  send: (key, thing) => api.post(`${person(key)}/send`, thing),
  flow: (key, message, values) => api.post(`${person(key)}/flow`, { message, values }),
  read: (key) => api.post(`${person(key)}/read`),
  changeNumber: (key, phone) => api.post(`${person(key)}/change-number`, { phone }),
  update: (key, fields) => api.patch(person(key), fields),
  messages: (key) => api.get(`${person(key)}/messages`),
};
