// Asking the server. A request that got no answer is asked again as it was: its name makes it
// count once.
export class Refused extends Error {
  constructor(status, told) {
    super(told.words ?? "");
    this.status = status;
    this.told = told;
  }
}

// `cut`: nothing of the ledger's was heard, not even that it is busy.
export class NoAnswer extends Error {
  constructor(cut = true) {
    super();
    this.cut = cut;
  }
}

const GATEWAY = new Set([502, 504]);

const PATIENCE_MS = 20000;

export async function ask(path, language, body, patience = PATIENCE_MS) {
  let response;
  try {
    response = await fetch(`/till/${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: {
        "accept-language": language, "x-cbi-till": "1",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "same-origin", cache: "no-store",
      signal: AbortSignal.timeout(patience),
    });
    const told = await response.json();
    if (response.ok) return told;
    throw response.status >= 500 ? new NoAnswer(GATEWAY.has(response.status))
      : new Refused(response.status, told);
  } catch (error) {
    if (error instanceof Refused || error instanceof NoAnswer) throw error;
    throw new NoAnswer();
  }
}

export function requestName() {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
