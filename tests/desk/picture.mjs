// A picture in fewer bytes: what repeats on a page of text compresses best without the filters of photographs.
import { deflateSync, inflateSync, crc32 } from "node:zlib";

/** The chunks of a PNG. */
function* chunks(png) {
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    yield [png.toString("latin1", at + 4, at + 8), png.subarray(at + 8, at + 8 + png.readUInt32BE(at))];
  }
}

function chunk(kind, data) {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(data.length);
  const body = Buffer.concat([Buffer.from(kind, "latin1"), data]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([head, body, sum]);
}

/** The value that a filter of PNG adds to a byte. */
function added(filter, left, above, corner) {
  const far = [left, above, corner].map((it) => Math.abs(left + above - corner - it));
  const nearest = far[0] <= far[1] && far[0] <= far[2] ? left : far[1] <= far[2] ? above : corner;
  return [0, left, above, (left + above) >> 1, nearest][filter];
}

/** The same picture, 8 bits a colour, compressed as far as it goes. */
export function smaller(png) {
  const all = [...chunks(png)];
  const head = all[0][1];
  const [width, height, size] = [head.readUInt32BE(0), head.readUInt32BE(4), head[9] === 2 ? 3 : 4];
  const raw = inflateSync(Buffer.concat(all.filter((it) => it[0] === "IDAT").map((it) => it[1])));
  const line = width * size + 1;
  for (let row = 0; row < height; row += 1) {
    const filter = raw[row * line];
    raw[row * line] = 0;
    for (let at = row * line + 1; at < (row + 1) * line; at += 1) {
      const [inside, below] = [at - row * line > size, row > 0];
      raw[at] += added(filter, inside ? raw[at - size] : 0, below ? raw[at - line] : 0, inside && below ? raw[at - line - size] : 0);
    }
  }
  return Buffer.concat([png.subarray(0, 8), chunk("IHDR", head), chunk("IDAT", deflateSync(raw, { level: 9 })), chunk("IEND", Buffer.alloc(0))]);
}
