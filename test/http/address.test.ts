import { describe, expect, test } from 'vitest';
import { addressKey, clientAddress, trustedProxies } from '../../src/http/address.ts';

describe('the client’s address', () => {
  const trusted = trustedProxies(['10.0.0.0/8', '::1']);
  test.each([
    ['9.9.9.9', '1.1.1.1', '9.9.9.9'],
    ['10.0.0.5', '1.1.1.1', '1.1.1.1'],
    ['10.0.0.5', '6.6.6.6, 1.1.1.1, 10.1.1.1', '1.1.1.1'],
    ['::ffff:10.0.0.5', '1.1.1.1', '1.1.1.1'],
    ['10.0.0.5', 'nonsense', '10.0.0.5'],
    ['10.0.0.5', undefined, '10.0.0.5'],
    ['::1', '2001:db8::1', '2001:db8::1'],
    ['::FFFF:a00:5', '1.1.1.1', '1.1.1.1'],
    ['10.0.0.5', '::ffff:101:101', '1.1.1.1'],
    ['fe80::1%eth0', undefined, 'fe80::1'],
    ['10.0.0.5', '6.6.6.6, 1.1.1.1:51234', '1.1.1.1'],
    ['10.0.0.5', '1.1.1.1:51234, 10.1.1.1:80', '1.1.1.1'],
    ['10.0.0.5', '[2001:db8::1]:51234', '2001:db8::1'],
    ['10.0.0.5', '[2001:db8::1], [::ffff:10.1.1.1]:80', '2001:db8::1'],
    ['10.0.0.5', '2001:db8::1:443', '2001:db8::1:443'],
    ['10.0.0.5', '1.1.1.1, 1.1.1.1:nonsense', '10.0.0.5'],
    ['10.0.0.5', '1.1.1.1, [nonsense]:443', '10.0.0.5'],
  ])('of peer %s that says %s is %s', (peer, forwarded, address) => {
    expect(clientAddress(peer, forwarded, trusted)).toBe(address);
  });

  test('needs addresses as proxies', () => {
    expect(() => trustedProxies(['example.com'])).toThrow(/example.com/);
  });
});

describe('what an address counts under', () => {
  test.each([
    ['203.0.113.9', '203.0.113.9'],
    ['2001:db8:0:1::1', '2001:db8:0:1::/64'],
    ['2001:0DB8::0001:ffff:ffff:ffff:ffff', '2001:db8:0:1::/64'],
    ['2001:db8::', '2001:db8:0:0::/64'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['fe80::2%en1', 'fe80:0:0:0::/64'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['::FFFF:cb00:7109', '203.0.113.9'],
    ['0:0:0:0:0:ffff:203.0.113.9', '203.0.113.9'],
    ['64:ff9b::203.0.113.9', '203.0.113.9'],
    ['::203.0.113.9', '0:0:0:0::/64'],
    ['', 'unknown'],
    ['203.0.113', 'unknown'],
    ['203.0.113.9%eth0', 'unknown'],
    ['2001:db8::1::', 'unknown'],
    ['[::1]', 'unknown'],
    ['a]/b', 'unknown'],
  ])('of %s is %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });
});
