import { plainCode } from '../../core/text/code.ts';
import { filled, idEnd, newPassword, optional, password } from '../../http/params.ts';
import { info } from '../../http/wire.ts';
import { endpoint } from '../../realtime/endpoint.ts';
import { payPasswordErrors, WALLET_FROZEN } from './guard.ts';
import { provePayPassword } from './proof.ts';
import { setPayPassword } from './set.ts';

export const setPayPwd = endpoint({
  no: 149,
  path: '/pay/setPayPwd',
  title: '设置支付密码接口',
  summary: 'Sets my pay password, with a code sent to my own mobile as proof.',
  // A code that cannot be one is answered as a wrong one: the document has no other text for it.
  params: {
    pwd: newPassword('支付密码，明文或其 md5；生产环境不可为重复、连续的数字、日期或手机号末位'),
    validateNum: filled('验证码', 32).transform(plainCode),
    idNo: optional(idEnd('已认证身份证号的后六位，仅钱包冻结时需要')),
  },
  data: info('支付密码设置完成'),
  perMinute: 30,
  errors: {
    NO_SUCH_USER: [-1, '用户不存在'],
    WRONG_CODE: [-1, '验证码不正确!'],
    WALLET_FROZEN,
    WRONG_ID: [-1, '身份证号不正确，请重新获取验证码'],
    SAME_PASSWORD: [-1, '支付密码不能和上次相同'],
    WEAK_PASSWORD: [-1, '支付密码过于简单，请勿使用重复、连续的数字、日期或手机号末位'],
  },
  handler: async (context, { pwd, validateNum, idNo }) => {
    await setPayPassword(context, pwd, validateNum, idNo);
    return { info: '支付密码设置完成' };
  },
});

export const validatePayPwd = endpoint({
  no: 150,
  path: '/pay/validatePayPwd',
  title: '验证支付密码接口',
  summary:
    'Says whether this is my pay password, and lets one call of this session in the next two minutes do without it. Five wrong ones within 15 minutes lock it for 15 minutes.',
  params: { pwd: password('支付密码，明文或其 md5') },
  data: info('success'),
  invalid: 'fail',
  errors: payPasswordErrors(-1, 'fail'),
  handler: async (context, { pwd }) => {
    await provePayPassword(context, pwd);
    return { info: 'success' };
  },
});
