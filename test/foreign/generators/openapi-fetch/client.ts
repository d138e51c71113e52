import createClient from 'openapi-fetch';
import { type Client, type Session, taken } from '../walk.ts';
import type { paths } from './generated/paths.ts';

export function clientOf(baseUrl: string): Client {
  const api = createClient<paths>({ baseUrl });
  return {
    async smsCode(mobile) {
      const { data, error } = await api.POST('/chat/getValidateNum', { body: { mobile } });
      return taken(data ?? error).info;
    },
    async register(body) {
      const { data, error } = await api.POST('/chat/register', { body });
      taken(data ?? error);
    },
    async login(mobie, pwd) {
      const { data: reply } = await api.POST('/chat/doLogin', { body: { mobie, pwd, device: 1 } });
      if (reply?.code === '1') return { token: reply.data.token };
      return { reason: reply?.data.reason ?? '' };
    },
    as: (token) => sessionOf(baseUrl, token),
  };
}

function sessionOf(baseUrl: string, token: string): Session {
  const api = createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${token}` } });
  return {
    async myId() {
      const { data, error } = await api.POST('/chat/ready');
      return taken(data ?? error).myInfo.id;
    },
    async requestFriend(destId) {
      const { data, error } = await api.POST('/chat/requestFriend', { body: { destType: 1, destId } });
      taken(data ?? error);
    },
    async acceptFriend(destId) {
      const { data, error } = await api.POST('/chat/acceptRequest', { body: { destType: 1, destId } });
      taken(data ?? error);
    },
    async recharge(amount) {
      const { data, error } = await api.POST('/wallet/recharge', { body: { amount } });
      taken(data ?? error);
    },
    async sendRedPacket(destId, redPacketAmount) {
      const body = { redPacketType: 1, redPacketCount: 1, redPacketAmount, destType: 1, destId };
      const { data, error } = await api.POST('/chat/sendRedPacket', { body });
      return taken(data ?? error).info;
    },
    async openRedPacket(redPacketId) {
      const { data, error } = await api.POST('/chat/openRedPacket', { body: { redPacketId } });
      taken(data ?? error);
    },
    async balance() {
      const { data, error } = await api.POST('/wallet/getBalance');
      return taken(data ?? error);
    },
    async say(destId, msgId, content) {
      const body = { msgId, fromType: 1, destId, messageType: 2, content };
      const { data, error } = await api.POST('/im/send', { body });
      return taken(data ?? error).info;
    },
    async told() {
      const { data, error } = await api.POST('/im/sync');
      return taken(data ?? error).list;
    },
    async upload(picture) {
      const body = new FormData();
      body.append('fileUpload', picture);
      // openapi-fetch takes a form as it is; its types know the fields alone.
      const { data, error } = await api.POST('/chat/uploadImage', {
        body: { fileUpload: [] },
        bodySerializer: () => body,
      });
      return taken(data ?? error).fileSize;
    },
  };
}
