// An archive whose parts are stored as they are (APPNOTE 6.3): tables on screen are small.

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1
  return n
})

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const b of bytes) crc = (crcTable[(crc ^ b) & 0xff] as number) ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}

const LOCAL = 0x04034b50
const CENTRAL = 0x02014b50
const END = 0x06054b50
const VERSION = 20
const UTF8 = 0x0800
/** 1 January 1980: the first day the format knows. */
const DAY = 0x21

/** Little-endian fields, each [value, bytes]. */
function fields(...list: [value: number, size: 2 | 4][]): Uint8Array {
  const out = new DataView(new ArrayBuffer(list.reduce((n, [, size]) => n + size, 0)))
  let at = 0
  for (const [value, size] of list) {
    if (size === 2) out.setUint16(at, value, true)
    else out.setUint32(at, value, true)
    at += size
  }
  return new Uint8Array(out.buffer)
}

function joined(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0))
  let at = 0
  for (const p of parts) {
    out.set(p, at)
    at += p.length
  }
  return out
}

/** Texts by their names, as an archive. */
export function zipOf(texts: Record<string, string>): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder()
  const body: Uint8Array[] = []
  const directory: Uint8Array[] = []
  let offset = 0
  for (const [name, text] of Object.entries(texts)) {
    const [path, data] = [encoder.encode(name), encoder.encode(text)]
    const common: [number, 2 | 4][] = [[VERSION, 2], [UTF8, 2], [0, 2], [0, 2], [DAY, 2], [crc32(data), 4], [data.length, 4], [data.length, 4], [path.length, 2], [0, 2]]
    const local = joined([fields([LOCAL, 4], ...common), path, data])
    directory.push(fields([CENTRAL, 4], [VERSION, 2], ...common, [0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]), path)
    body.push(local)
    offset += local.length
  }
  const central = joined(directory)
  const n = body.length
  return joined([...body, central, fields([END, 4], [0, 2], [0, 2], [n, 2], [n, 2], [central.length, 4], [offset, 4], [0, 2])])
}
