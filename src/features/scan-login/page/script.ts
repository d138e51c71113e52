/**
 * The page's script, as browsers run it: asks for a code, shows its picture, asks how it stands until it has the
 * login, and greets whoever logged in. The token stays in memory and goes with the page.
 */
export const script = `
'use strict';
const POLL_MS = 1500, SLOW_MS = 5000;
const byId = (id) => document.getElementById(id);
const [picture, frame, status, again, leave] = ['picture', 'frame', 'status', 'again', 'leave'].map(byId);
const texts = { shown: '请用手机上的应用扫描二维码', scanned: '已扫描，请在手机上确认登录' };
const say = (text) => { status.textContent = text; };
// The address may end with a slash, or have doubled ones: what is called stands beside the page all the same.
const home = location.pathname.replace(/\\/{2,}/g, '/').replace(/pc\\/?$/, '');
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function call(path, params, token) {
  const headers = token ? { authorization: 'Bearer ' + token } : {};
  const response = await fetch(home + path, { method: 'POST', headers, body: new URLSearchParams(params) });
  return response.json();
}

function end(text) {
  say(text);
  frame.classList.add('faded');
  again.hidden = false;
}

async function greet({ userId, token }) {
  frame.hidden = true;
  const { code, data } = await call('chat/getUserById', { userId, destId: userId }, token);
  say(code === '1' ? '你好，' + (data.nickName || data.name) : '已登录');
  leave.hidden = false;
  leave.onclick = async () => {
    leave.hidden = true;
    await call('chat/doLogout', { userId }, token).catch(() => {});
    start();
  };
}

async function poll(params) {
  for (;;) {
    const answer = await call('pc/queryCode', params).catch(() => undefined);
    if (answer?.code === '1') return greet(answer.data);
    if (answer?.code === '402') say(texts[answer.data.state] || texts.shown);
    else if (answer && answer.code !== '429') return end(answer.data.info);
    await sleep(answer?.code === '402' ? POLL_MS : SLOW_MS);
  }
}

async function start() {
  again.hidden = true;
  frame.hidden = false;
  frame.classList.remove('faded');
  say('正在获取二维码…');
  const answer = await call('pc/getCode', {}).catch(() => undefined);
  if (answer?.code !== '1') return end(answer?.data.info || '网络繁忙，请稍后重试');
  const { qcode, ticket } = answer.data;
  picture.src = home + 'pc/code.svg?' + new URLSearchParams({ sn: qcode });
  say(texts.shown);
  return poll({ sn: qcode, userId: 0, ticket });
}

again.onclick = start;
start();
`;
