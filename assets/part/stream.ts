// SPDX-License-Identifier: Apache-2.0
// stream.ts - bytes that are too many for memory: taken as they come, kept as Blobs.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

export type Bytes = Uint8Array<ArrayBuffer>;

const BLOB_PART = 1 << 20;  // bytes held in memory before they become a Blob
const PAUSE_MS = 40;        // the page gets its turn after so long

// Called as work goes on, with the bytes done so far; throws to end the work.
export type Tick = (done: number) => void;

export async function* bytesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Bytes> {
	const reader = stream.getReader();
	try {
		for (;;) {
			const { done, value } = await reader.read();
			if (done)
				return;
			yield value as Bytes;
		}
	} finally {
		reader.cancel().catch(() => undefined);
	}
}

export function streamOf(bytes: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
	return new ReadableStream({
		async pull(to) {
			const { done, value } = await bytes.next();
			if (done)
				to.close();
			else
				to.enqueue(value);
		},
		async cancel() {
			await bytes.return(undefined);
		},
	}, { highWaterMark: 0 });
}

// Lets the page draw and hear clicks while there is much to do.
export class Pause {
	private last = Date.now();
	async now(): Promise<void> {
		if (Date.now() - this.last < PAUSE_MS)
			return;
		await new Promise((go) => setTimeout(go, 0));
		this.last = Date.now();
	}
}

// Takes bytes in order and keeps them as one Blob; browsers put large ones on disk.
export class BlobSink {
	readonly sha256 = sha256.create();
	size = 0;
	private parts: Blob[] = [];
	private held: Bytes[] = [];
	private heldSize = 0;

	// b must not change afterwards; the streams here hand out each piece once.
	take(b: Uint8Array): void {
		this.sha256.update(b);
		this.held.push(b as Bytes);
		this.size += b.length;
		if ((this.heldSize += b.length) >= BLOB_PART)
			this.flush();
	}
	private flush(): void {
		this.parts.push(new Blob(this.held));
		this.held = [];
		this.heldSize = 0;
	}
	end(): { blob: Blob; sha256: string; size: number } {
		this.flush();
		return {
			blob: new Blob(this.parts, { type: 'application/octet-stream' }),
			sha256: bytesToHex(this.sha256.digest()), size: this.size,
		};
	}
}

export async function blobDigest(blob: Blob, tick: Tick): Promise<string> {
	const hash = sha256.create(), pause = new Pause();
	let done = 0;
	for await (const b of bytesOf(blob.stream())) {
		hash.update(b);
		tick(done += b.length);
		await pause.now();
	}
	return bytesToHex(hash.digest());
}

// Hands out exact numbers of bytes of a stream.
export class Source {
	private left: Uint8Array = new Uint8Array(0);
	taken = 0;
	constructor(private readonly from: AsyncGenerator<Uint8Array>) {}

	// The next bytes, at most n of them; null at the end.
	async some(n: number): Promise<Uint8Array | null> {
		while (this.left.length === 0) {
			const { done, value } = await this.from.next();
			if (done)
				return null;
			this.left = value;
		}
		const b = this.left.subarray(0, n);
		this.left = this.left.subarray(b.length);
		this.taken += b.length;
		return b;
	}
	// Calls take with n bytes, piece by piece; says how many there were.
	async pass(n: number, take: (b: Uint8Array) => void, pause = new Pause()): Promise<number> {
		let done = 0;
		for (let b; done < n && (b = await this.some(n - done)) !== null; done += b.length) {
			take(b);
			await pause.now();
		}
		return done;
	}
	// n bytes, or fewer at the end. For small n.
	async exactly(n: number): Promise<Bytes> {
		const out = new Uint8Array(n);
		let at = 0;
		await this.pass(n, (b) => { out.set(b, at); at += b.length; });
		return out.subarray(0, at);
	}
}
