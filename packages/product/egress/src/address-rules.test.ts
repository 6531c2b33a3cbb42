import { expect, it } from 'vitest';
import { isPublicAddress, ownAddresses, parseRange } from './address-rules.ts';

it('SV-24 addresses of the public Internet, and no others', () => {
  for (const address of [
    '1.1.1.1',
    '93.184.216.34',
    '2606:4700::1111',
    '[2a00::1]',
    '::ffff:8.8.8.8',
    '64:ff9b::808:808',
  ])
    expect(isPublicAddress(address), address).toBe(true);
  for (const address of [
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.192',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '[::1]',
    '::127.0.0.1',
    '::7f00:1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '0:0:0:0:0:ffff:a9fe:a9fe',
    '::ffff:0:127.0.0.1',
    '64:ff9b::127.0.0.1',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b:1::7f00:1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '2002:a9fe:a9fe::1',
    '3fff::1',
    '5f00::1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fe80::1%lo',
    'fec0::1',
    'ff02::1',
    // No addresses, whatever they look like.
    '',
    'localhost',
    '127.1',
    '2130706433',
    '0x7f000001',
    '017700000001',
    '8.8.8.8.',
    '1.1.1.1 ',
  ])
    expect(isPublicAddress(address), address).toBe(false);
});

it('SV-24 a range holds its addresses in either family\u2019s spelling', () => {
  expect(parseRange('10.0.0.0/8').contains('10.255.0.1')).toBe(true);
  expect(parseRange('10.0.0.0/8').contains('::ffff:10.0.0.1')).toBe(true);
  expect(parseRange('10.0.0.0/8').contains('11.0.0.1')).toBe(false);
  expect(parseRange('fd00::/8').contains('fd12::1')).toBe(true);
  expect(parseRange('fd00::/8').contains('10.0.0.1')).toBe(false);
  expect(parseRange('127.0.0.1').contains('127.0.0.2')).toBe(false);
  expect(ownAddresses()).toContain('127.0.0.1');
});
