import { filled, filledName, smsCode } from '../../http/params.ts';
import { info } from '../../http/wire.ts';
import { endpoint } from '../../realtime/endpoint.ts';
import { submitIdentity } from './submit.ts';

export const updateAuth = endpoint({
  no: 5,
  path: '/chat/updateAuth',
  title: '实名认证接口',
  summary: 'Hands in my real name and ID number for an operator to confirm.',
  params: {
    name: filledName('用户姓名', 50),
    validateNum: smsCode('验证码'),
    idNo: filled('身份证号', 32),
    mobile: filled('注册手机号', 32),
  },
  data: info('提交成功,请等待审核'),
  perMinute: 20,
  invalid: '各参数不能为空',
  errors: {
    WRONG_CODE: [-1, '验证码不正确'],
    IN_REVIEW: [0, '认证审核中'],
    CONFIRMED: [1, '认证成功'],
    ID_TAKEN: [2, '身份证已被使用'],
  },
  handler: async (context, { name, validateNum, idNo, mobile }) => {
    await submitIdentity(context, { name, idNo, mobile, code: validateNum });
    return { info: '提交成功,请等待审核' };
  },
});
