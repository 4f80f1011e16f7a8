// To and from the demo's server: events as they happen, and what a person does.

export function listen(handlers) {
  const source = new EventSource("events");
  source.onmessage = (event) => {
    const data = JSON.parse(event.data);
    handlers[data.event]?.(data);
  };
  source.onerror = () => handlers.lost?.();
  return source;
}

// What a person does. Gives the server's answer, or {problem} when it did not take it.
export async function act(what, detail = {}) {
  try {
    const answer = await fetch(`do/${what}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(detail),
    });
    return await answer.json();
  } catch {
    return { problem: "The demo does not answer. Is it still running in the terminal?" };
  }
}
