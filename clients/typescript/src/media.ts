import type { TalkifyClient } from "./client.ts";
import { TalkifyError } from "./error.ts";
import type { Media, MediaKind, Schemas } from "./types.ts";
import { backOff, newId, timeLimit, waitAfter } from "./world.ts";

export interface UploadOptions {
  /** What it is to be shown as; by the type of the file, unless given. A picture of a type that the server does not open is a `file`. */
  kind?: MediaKind;
  contentType?: string;
  fileName?: string | undefined;
  /** Called with the bytes that have gone out, as far as this is known: in a browser. */
  onProgress?: (sent: number, size: number) => void;
  /** Whether to wait until the server has looked at it; true, unless given. Only what is ready can be sent in a message. */
  waitUntilReady?: boolean;
  /** How long the upload may take; ten minutes, unless given. */
  timeoutMs?: number;
  signal?: AbortSignal | undefined;
}

// As `POST /v1/media` takes them; it says so itself where this list has become old.
const OPENED: Record<Exclude<MediaKind, "file">, readonly string[]> = {
  image: ["image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"],
  video: ["video/mp4", "video/quicktime", "video/webm"],
  audio: ["audio/mpeg", "audio/mp4", "audio/ogg", "audio/wav", "audio/flac"],
};
const ANYTHING = "application/octet-stream";

/** The kind that files of this type are. */
export function kindOf(contentType: string): MediaKind {
  const found = Object.entries(OPENED).find(([, types]) => types.includes(contentType));
  return (found?.[0] as MediaKind | undefined) ?? "file";
}

/** Uploads a file and answers it when it is ready. */
export async function uploadMedia(client: TalkifyClient, file: Blob, options: UploadOptions = {}): Promise<Media> {
  const { signal } = options;
  const { media, upload } = await announce(client, file, options);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await post(client, upload, file, options);
      break;
    } catch (thrown) {
      const error = TalkifyError.of(thrown);
      // The form is for one object: what is sent twice is there once.
      if (!error.retryable || attempt > 3 || Date.parse(upload.expires_at) <= client.world.now()) throw error;
      await client.world.sleep(waitAfter(client.world, error, attempt, 500, 10_000), signal);
    }
  }
  return options.waitUntilReady === false ? media : await mediaReady(client, media.id, options);
}

/** Waits until the server has looked at an upload. */
export async function mediaReady(client: TalkifyClient, mediaId: string, options: Pick<UploadOptions, "signal"> = {}): Promise<Media> {
  for (let attempt = 1; ; attempt += 1) {
    const media = await client.call("get_media", { path: { media_id: mediaId }, signal: options.signal });
    if (media.status === "ready") return media;
    if (media.status === "failed") throw new TalkifyError("media_failed", `The file was refused: ${media.failure ?? "unknown"}.`);
    await client.world.sleep(backOff(client.world, attempt, 300, 5_000), options.signal);
  }
}

async function announce(client: TalkifyClient, file: Blob, options: UploadOptions): Promise<Schemas["AnnouncedMedia"]> {
  const given = options.contentType ?? (file.type.split(";")[0] || ANYTHING);
  const kind = options.kind ?? kindOf(given);
  const fileName = options.fileName ?? (file instanceof File ? file.name : undefined);
  const idempotencyKey = newId();
  const ask = (content_type: string, key: string): Promise<Schemas["AnnouncedMedia"]> =>
    client.call("create_media", {
      body: { kind, content_type, size: file.size, ...(fileName === undefined ? {} : { file_name: fileName }) },
      idempotencyKey: key,
      signal: options.signal,
    });
  try {
    return await ask(given, idempotencyKey);
  } catch (thrown) {
    // Of files the server lists some types; all others go under one name.
    const unlisted = TalkifyError.of(thrown).field("content_type")?.code === "unsupported_type";
    if (!unlisted || kind !== "file" || given === ANYTHING) throw thrown;
    return await ask(ANYTHING, newId());
  }
}

async function post(client: TalkifyClient, upload: Schemas["AnnouncedMedia"]["upload"], file: Blob, options: UploadOptions): Promise<void> {
  const form = new FormData();
  for (const [name, value] of Object.entries(upload.fields)) form.append(name, value);
  form.append("file", file);
  const limit = timeLimit(client.world, options.timeoutMs ?? 600_000, options.signal);
  options.onProgress?.(0, file.size);
  try {
    // Only this old interface tells how far an upload is.
    const status = globalThis.XMLHttpRequest ? await viaXhr(upload.url, form, file.size, limit.signal, options.onProgress) : await viaFetch(client, upload.url, form, limit.signal);
    if (status >= 400 || status === 0) {
      throw new TalkifyError("upload_failed", `The store answered ${status}.`, { status, retryable: status === 0 || status >= 500 });
    }
    options.onProgress?.(file.size, file.size);
  } catch (thrown) {
    if (limit.ran()) throw new TalkifyError("timeout", "The upload took too long.", { cause: thrown });
    throw TalkifyError.ofRequest(thrown);
  } finally {
    limit.end();
  }
}

async function viaFetch(client: TalkifyClient, url: string, form: FormData, signal: AbortSignal): Promise<number> {
  const response = await client.world.fetch(url, { method: "POST", body: form, signal });
  await response.body?.cancel();
  return response.status;
}

function viaXhr(url: string, form: FormData, size: number, signal: AbortSignal, onProgress: UploadOptions["onProgress"]): Promise<number> {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    const abort = (): void => xhr.abort();
    signal.addEventListener("abort", abort, { once: true });
    // The form is a little longer than the file.
    xhr.upload.onprogress = (progress) => onProgress?.(Math.min(progress.loaded, size), size);
    xhr.onload = () => resolve(xhr.status);
    xhr.onerror = () => resolve(0);
    xhr.onabort = () => reject(new TalkifyError("aborted", "It was called off."));
    xhr.onloadend = () => signal.removeEventListener("abort", abort);
    xhr.open("POST", url);
    xhr.send(form);
  });
}
