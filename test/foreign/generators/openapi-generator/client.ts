import { type Client, type Session, taken } from '../walk.ts';
import { ChatApi, Configuration, ImApi, WalletApi } from './generated/index.ts';

export function clientOf(basePath: string): Client {
  const chat = new ChatApi(new Configuration({ basePath }));
  return {
    smsCode: async (mobile) => taken(await chat.getValidateNum({ getValidateNumRequest: { mobile } })).info,
    register: async (registerRequest) => void taken(await chat.register({ registerRequest })),
    async login(mobie, pwd) {
      const reply = await chat.doLogin({ doLoginRequest: { mobie, pwd, device: 1 } });
      return reply.code === '1' ? { token: reply.data.token } : { reason: reply.data.reason };
    },
    as: (token) => sessionOf(new Configuration({ basePath, accessToken: token })),
  };
}

function sessionOf(configuration: Configuration): Session {
  const chat = new ChatApi(configuration);
  const im = new ImApi(configuration);
  const wallet = new WalletApi(configuration);
  return {
    myId: async () => taken(await chat.ready()).myInfo.id,
    requestFriend: async (destId) =>
      void taken(await chat.requestFriend({ requestFriendRequest: { destType: 1, destId } })),
    acceptFriend: async (destId) =>
      void taken(await chat.acceptRequest({ acceptRequestRequest: { destType: 1, destId } })),
    recharge: async (amount) => void taken(await wallet.recharge({ rechargeRequest: { amount } })),
    async sendRedPacket(destId, redPacketAmount) {
      const packet = { redPacketType: 1, redPacketCount: 1, redPacketAmount, destType: 1, destId };
      return taken(await chat.sendRedPacket({ sendRedPacketRequest: packet })).info;
    },
    openRedPacket: async (redPacketId) =>
      void taken(await chat.openRedPacket({ openRedPacketRequest: { redPacketId } })),
    balance: async () => taken(await wallet.getBalance()),
    async say(destId, msgId, content) {
      const message = { msgId, fromType: 1, destId, messageType: 2, content };
      return taken(await im.imSend({ imSendRequest: message })).info;
    },
    told: async () => taken(await im.imSync()).list,
    upload: async (picture) => taken(await chat.uploadImage({ fileUpload: [picture] })).fileSize,
  };
}
