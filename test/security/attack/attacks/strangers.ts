import { attack, type Stage } from '../attack.ts';
import { befriend, call, freshMobile, from, logIn, newPerson, smsCode } from '../server.ts';

const book = (mobiles: readonly string[]) =>
  JSON.stringify(mobiles.map((phone) => ({ phone, markName: '某人' })));

export const mobiles = attack({
  name: 'mobile-oracle',
  about: 'A stranger looks for a mobile in profiles and tries numbers out by address books.',
  async run({ server, person, random }) {
    const [victim, stranger] = [await person(), await person()];
    const seen = await stranger.call('/chat/getUserById', { destId: victim.id });
    const numbers = (count: number) =>
      Array.from({ length: count }, () => `139${String(random.below(10 ** 8)).padStart(8, '0')}`);
    const broken: string[] = [];
    if (/\d/.test(seen.field('mobile'))) broken.push(`a stranger sees ${seen.field('mobile')}`);
    if (seen.field('isOnline') === '1') broken.push('a stranger sees who is online');
    let tried = 1;
    for (let books = 0; books < 3; books += 1, tried += 1)
      await stranger.call('/chat/myContact', { contact: book(numbers(3000)), pageNo: 1 });
    const late = await stranger.call('/chat/myContact', { contact: book([victim.mobile]), pageNo: 1 });
    if (late.text.includes(`"${victim.id}"`))
      broken.push('a number is answered after 9,000 others have been tried');
    const first = await (await person()).call('/chat/myContact', {
      contact: book([victim.mobile]),
      pageNo: 1,
    });
    if (!first.text.includes(`"${victim.id}"`)) broken.push('nobody finds a friend by an address book');
    const nameless = await newPerson(server, stranger.address, '');
    const { text } = await stranger.call('/chat/getUserById', { destId: nameless.id });
    if (text.includes(nameless.mobile.slice(-4))) broken.push('a default name shows digits of the mobile');
    return { tried: tried + 2, broken };
  },
});

export const places = attack({
  name: 'places',
  about: 'Many accounts around somebody: distances come in steps of 500 m and do not follow small moves.',
  async run({ person, random }) {
    const victim = await person();
    const home = { lat: 20 + random.below(10_000) / 1000, lon: 100 + random.below(10_000) / 1000 };
    await victim.call('/geo/updateGeo', home);
    const around = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const who = await person();
        const lat = home.lat + (random.below(4000) - 2000) / 100_000;
        const lon = home.lon + (random.below(4000) - 2000) / 100_000;
        return { who, place: { latitude: lat, longitude: lon, pageNo: 1 } };
      }),
    );
    const look = () =>
      Promise.all(
        around.map(async ({ who, place }) => {
          const { text } = await who.call('/geo/findNearby', place);
          const mine = text.split('{').find((part) => part.includes(`"id":"${victim.id}"`)) ?? '';
          return /"distance":"(\d+)"/.exec(mine)?.[1] ?? 'not found';
        }),
      );
    const before = await look();
    await victim.call('/geo/updateGeo', { lat: home.lat + 0.0002, lon: home.lon });
    const after = await look();
    const fine = before.filter((distance) => Number(distance) % 500 !== 0);
    const moved = before.filter((distance, at) => distance !== after[at]).length;
    const broken = [
      ...(fine.length > 0 ? [`distances are finer than 500 m: ${fine.join(', ')}`] : []),
      // A move of 22 m may cross the edge of a cell; it then moves everybody's distance by one step at most.
      ...(moved > 0 && before.some((each, at) => Math.abs(Number(each) - Number(after[at])) > 1000)
        ? ['a move of 22 m is seen from everywhere']
        : []),
    ];
    return { tried: 2 * around.length, broken };
  },
});

export const lockOut = attack({
  name: 'lock-out',
  about: 'Strangers from sixty networks try passwords; the owner still logs in from where they were.',
  needs: ['own'],
  async run({ server, person }) {
    const owner = await person();
    const device = { UUID: 'the-owners-phone' };
    await logIn(server, owner.mobile, device, owner.address);
    for (let tries = 0; tries < 60; tries += 1)
      await logIn(server, owner.mobile, { pwd: 'wrong' }, `2001:db8:${tries.toString(16)}::1`);
    const fromHome = await logIn(server, owner.mobile, {}, owner.address);
    const fromPhone = await logIn(server, owner.mobile, device, '203.0.113.99');
    const broken = [
      ...(fromHome.code === '1' ? [] : [`the owner's address was answered ${fromHome.text}`]),
      ...(fromPhone.code === '1' ? [] : [`the owner's phone was answered ${fromPhone.text}`]),
    ];
    return { tried: 60, broken };
  },
});

export const codes = attack({
  name: 'sms-codes',
  about: 'Strangers use up the tries of a code that somebody has just ordered.',
  needs: ['own'],
  async run({ server }) {
    const mobile = freshMobile();
    const home = '192.0.2.7';
    const validateNum = await smsCode(server, mobile, home);
    const wrong = validateNum === '000000' ? '111111' : '000000';
    const register = (code: string, address: string) =>
      call(server, '/chat/register', { mobile, pwd: 'teahouse-attack', validateNum: code }, from(address));
    for (let tries = 0; tries < 20; tries += 1) await register(wrong, `2001:db8:${tries.toString(16)}::1`);
    const { code, text } = await register(validateNum, home);
    return { tried: 20, broken: code === '1' ? [] : [`the right code was answered ${text}`] };
  },
});

export const answers = attack({
  name: 'group-answers',
  about: 'Somebody tries answers to a group’s question one after another.',
  async run({ person }) {
    const [owner, stranger] = [await person(), await person()];
    const made = await owner.call('/chat/createGroup', { name: '老茶馆', ids: '' });
    const groupId = made.field('id');
    const rules = { groupId, status: 3, question: '几号？', answer: '43' };
    await owner.call('/chat/updateJoinstatus', rules);
    let joined = false;
    for (let answer = 1; answer <= 43 && !joined; answer += 1)
      joined = (await stranger.call('/chat/requestGroupJoin', { groupId, answer })).code === '1';
    const knows = await (await person()).call('/chat/requestGroupJoin', { groupId, answer: '43' });
    const broken = [
      ...(joined ? ['the answer was found by trying'] : []),
      ...(knows.code === '1' ? [] : [`who knows the answer was answered ${knows.text}`]),
    ];
    return { tried: 43, broken };
  },
});

/** What a stolen session takes in red packets of 1.00 and withdrawals, forty of each at once. */
async function drain({ person }: Stage) {
  const [victim, thief] = [await person(), await person()];
  await befriend(victim, thief);
  await victim.call('/wallet/recharge', { amount: '500.00' });
  const packet = { redPacketCount: 1, redPacketAmount: 1, destType: 1, destId: thief.id, redPacketType: 2 };
  const replies = await Promise.all(
    Array.from({ length: 80 }, (_, at) =>
      at % 2 === 0
        ? victim.call('/chat/sendRedPacket', packet)
        : victim.call('/wallet/withdraw', { amount: 1 }),
    ),
  );
  return replies.filter(({ code }) => code === '1').length;
}

export const stolenSession = attack({
  name: 'stolen-session',
  about:
    'A stolen session without the pay password: eighty payments at once pass the limit of a day together.',
  needs: ['own'],
  settings: { PASSWORDLESS_DAY_MAX: '10.00' },
  async run(stage) {
    const taken = await drain(stage);
    return { tried: 80, broken: taken > 10 ? [`${taken}.00 left a wallet whose limit is 10.00`] : [] };
  },
});
