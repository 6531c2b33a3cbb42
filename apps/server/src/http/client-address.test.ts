import { expect, it } from 'vitest';
import { parseConfig } from '../config/config.ts';
import { networkOf, trustProxies } from './client-address.ts';

it('SV-09 all addresses of one IPv6 network are one client', () => {
  expect(networkOf('192.0.2.7')).toBe('192.0.2.7');
  expect(networkOf('::ffff:192.0.2.7')).toBe('192.0.2.7');
  const network = '2001:db8:0:7::/64';
  for (const address of [
    '2001:db8:0:7:1:2:3:4',
    '2001:0DB8:0:7::1',
    '2001:db8:0:0007:ffff::',
    '2001:db8:0:7:1:2:3:4%eth0',
  ])
    expect(networkOf(address), address).toBe(network);
  expect(networkOf('::1')).toBe('0:0:0:0::/64');
  expect(networkOf('2001:db8:0:8::1')).not.toBe(network);
});

it('SV-10 only what the operator\u2019s own proxies have added counts', () => {
  const { clientOf } = trustProxies(['10.0.0.0/8', '192.0.2.1', 'fd00::/8']);
  // Nobody who is no proxy is believed, whatever it says.
  expect(clientOf('198.51.100.7', '1.2.3.4')).toBe('198.51.100.7');
  expect(clientOf('198.51.100.7', undefined)).toBe('198.51.100.7');
  // The nearest address that is no proxy is the client; what stands before it, the client wrote itself.
  expect(clientOf('10.0.0.1', '1.1.1.1, 203.0.113.9')).toBe('203.0.113.9');
  expect(clientOf('10.0.0.1', '1.1.1.1, 203.0.113.9, 192.0.2.1, 10.2.3.4')).toBe('203.0.113.9');
  expect(clientOf('::ffff:10.0.0.1', '203.0.113.9')).toBe('203.0.113.9');
  expect(clientOf('fd12::1', '[2001:db8::9]:443')).toBe('2001:db8::9');
  expect(clientOf('10.0.0.1', '203.0.113.9:5678')).toBe('203.0.113.9');
  // A proxy that says nothing, or something that is no address, is the client itself.
  for (const nothing of [
    undefined,
    '',
    'unknown',
    '203.0.113.9, _hidden',
    '1.2.3, ',
    '127.1',
    `${'1.1.1.1,'.repeat(3)}x`,
  ])
    expect(clientOf('10.0.0.1', nothing), String(nothing)).toBe('10.0.0.1');
  expect(trustProxies([]).clientOf('10.0.0.1', '1.2.3.4')).toBe('10.0.0.1');
  expect(() => parseConfig({ TRUSTED_PROXIES: '10.0.0.0/8, proxy.example' })).toThrow(
    /TRUSTED_PROXIES: must be addresses/,
  );
  expect(parseConfig({ TRUSTED_PROXIES: '10.0.0.0/8, ::1' }).TRUSTED_PROXIES).toEqual(['10.0.0.0/8', '::1']);
});
