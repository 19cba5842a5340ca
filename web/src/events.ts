/** The server's event stream, kept open. */
import type { CameraStatus, IncidentEvent } from "./types";

export interface Listener {
  incident(event: IncidentEvent): void;
  camera(status: CameraStatus): void;
  /** More was missed than is told again: load anew. */
  reset(): void;
  connection(state: "live" | "lost"): void;
}

const kRetry_ms = 3000;

/** Listens for as long as the page is open. The browser comes back by itself with the last id after a lost connection;
 *  where it gives up (the server refused it), this starts over with that id. */
export function listen(listener: Listener): void {
  let lastId = "";
  const open = (): void => {
    const source = new EventSource(`/api/v1/events${lastId === "" ? "" : `?last_event_id=${encodeURIComponent(lastId)}`}`);
    const on = (name: string, then: (data: unknown) => void): void => {
      source.addEventListener(name, (event) => {
        const message = event as MessageEvent<string>;
        if (message.lastEventId !== "") lastId = message.lastEventId;
        then(JSON.parse(message.data));
      });
    };
    on("hello", () => listener.connection("live"));
    on("incident", (data) => listener.incident(data as IncidentEvent));
    on("camera", (data) => listener.camera(data as CameraStatus));
    on("reset", () => listener.reset());
    source.onerror = () => {
      listener.connection("lost");
      if (source.readyState === EventSource.CLOSED) setTimeout(open, kRetry_ms);
    };
  };
  open();
}
