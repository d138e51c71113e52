/** Longer names are cut: file systems take 255 bytes, and a letter may have four. */
const LONGEST = 60;

/** The last part of a path, whichever system wrote it, without what no name should hide: controls, turned text. */
export function cleanName(name: string): string {
  const last = name.toWellFormed().split(/[\\/]/).at(-1) ?? '';
  const plain = last
    .normalize('NFC')
    .replace(/[\p{C}\p{Zl}\p{Zp}<>:"|?*]/gu, '')
    .trim();
  const bare = plain.replace(/^\.+/, '');
  const letters = [...bare];
  if (letters.length <= LONGEST) return bare;
  const extension = /\.[^.]{1,12}$/.exec(bare)?.[0] ?? '';
  return letters.slice(0, LONGEST - extension.length).join('') + extension;
}

/** The extension of a name in lower case, where it is a plain one; `bin` else. */
export function extensionOf(name: string): string {
  return /\.([a-z0-9]{1,10})$/.exec(name.toLowerCase())?.[1] ?? 'bin';
}

const escaped = (text: string) =>
  encodeURIComponent(text).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** The header of a download under this name (RFC 6266): for old clients in ASCII, too. */
export function attachment(name: string): string {
  const ascii = name.replace(/[^ -~]|["\\%;]/g, '_');
  const plain = `attachment; filename="${ascii}"`;
  return ascii === name ? plain : `${plain}; filename*=UTF-8''${escaped(name)}`;
}
