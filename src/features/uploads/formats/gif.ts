import { concat, Malformed, Reader } from './bytes.ts';
import { type CleanPicture, checkSize } from './picture.ts';

const EXTENSION = 0x21;
const IMAGE = 0x2c;
const TRAILER = 0x3b;
const CONTROL = 0xf9;
const APPLICATION = 0xff;

/** Applications whose block says how to show the picture: how often it repeats, and its colours. */
const KEPT_APPLICATIONS = ['NETSCAPE2.0', 'ANIMEXTS1.0', 'ICCRGBG1012'];

/** Length of the colour table that a packed field announces. */
const tableLength = (packed: number) => (packed & 0x80 ? 3 * 2 ** ((packed & 7) + 1) : 0);

/** Where the sub-blocks that start at `at` end, behind their terminator. */
function endOfBlocks(file: Reader, at: number): number {
  for (;;) {
    const length = file.u8(at);
    at += length + 1;
    if (length === 0) return at;
  }
}

/** Comments, texts and unknown applications are left out; the control block of a text goes with it. */
function isKeptExtension(file: Reader, at: number, label: number): boolean {
  if (label !== APPLICATION) return false;
  if (file.u8(at + 2) !== 11) throw new Malformed('GIF application block without a name');
  return KEPT_APPLICATIONS.includes(file.text(at + 3, 11));
}

/** A GIF without comments, texts, XMP and what follows its end; it moves as before. */
export function cleanGif(bytes: Uint8Array): CleanPicture {
  const file = new Reader(bytes);
  if (!/^GIF8[79]a$/.test(file.text(0, 6))) throw new Malformed('No GIF');
  checkSize(file.u16(6, true), file.u16(8, true));
  let at = 13 + tableLength(file.u8(10));
  const kept = [file.piece(0, at)];
  let control: Uint8Array | undefined;
  let frames = 0;
  for (let kind = file.u8(at); kind !== TRAILER; kind = file.u8(at)) {
    if (kind === IMAGE) {
      checkSize(file.u16(at + 5, true), file.u16(at + 7, true));
      const data = at + 10 + tableLength(file.u8(at + 9));
      const end = endOfBlocks(file, data + 1);
      if (end === data + 2) throw new Malformed('GIF frame without data');
      if (control) kept.push(control);
      kept.push(file.piece(at, end - at));
      control = undefined;
      frames += 1;
      at = end;
    } else if (kind === EXTENSION) {
      const label = file.u8(at + 1);
      const end = endOfBlocks(file, at + 2);
      if (label === CONTROL) control = file.piece(at, end - at);
      else if (label === 0x01) control = undefined;
      else if (isKeptExtension(file, at, label)) kept.push(file.piece(at, end - at));
      at = end;
    } else {
      throw new Malformed('Unknown GIF block');
    }
  }
  if (frames === 0) throw new Malformed('GIF without a picture');
  return { bytes: concat([...kept, Uint8Array.of(TRAILER)]), animated: frames > 1 };
}
