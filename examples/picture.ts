/** Uploads a picture with a progress bar, and makes it the profile's. */
import { must, newcomer } from './people.ts';

const PICTURE =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const bytes = Uint8Array.from(atob(PICTURE), (letter) => letter.charCodeAt(0));

const { client } = await newcomer('王二');
const sent = await client.api.uploadImage(new File([bytes], 'tea.png', { type: 'image/png' }), {
  onProgress: (done, total) => console.log(`${Math.round((100 * done) / total)} %`),
});
const headUrl = must(sent.ok && sent.data.fileSize, 'upload');
must((await client.api.updateHead({ headUrl })).ok, 'change the picture');

const ready = await client.api.ready();
console.log(
  ready.ok && ready.data.myInfo.headUrl === headUrl ? 'It is the new picture.' : 'It is another one.',
);
