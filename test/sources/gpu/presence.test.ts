import {expect, test} from 'vitest';
import {detectGpus} from '../../../src/sources/gpu/presence.ts';
import {type FakeFile, FakeHost} from '../fake-host.ts';

const card = (vendor: string, slot: string): Record<string, FakeFile> => ({
  '/sys/class/drm/card0/device/vendor': `${vendor}\n`,
  '/sys/class/drm/card0/device/uevent': `DRIVER=x\nPCI_CLASS=30000\nPCI_SLOT_NAME=${slot}\n`,
});

const reasonOf = async (files: Record<string, FakeFile>, platform: NodeJS.Platform = 'linux') => {
  const reading = await detectGpus(new FakeHost({files, platform}));
  return reading.status === 'unsupported' ? reading.reason : reading.status;
};

test.each<[string, Record<string, FakeFile>]>([
  ['the driver lists one', {'/proc/driver/nvidia/gpus/0000:01:00.0/information': ''}],
  ['a container was given one', {'/dev/nvidia0': '', '/dev/nvidiactl': ''}],
  ['only the bus shows it', card('0x10de', '0000:01:00.0')],
])('names an NVIDIA GPU when %s', async (_, files) => {
  expect(await reasonOf(files)).toBe('NVIDIA GPU found, its VRAM is not read by this version');
});

test.each([
  ['0x1002', '0000:03:00.0', 'AMD GPU found, its VRAM is not read by this version'],
  ['0x8086', '0000:03:00.0', 'Intel GPU found, its VRAM is not read by this version'],
  ['0x8086', '0000:00:02.0', 'no GPU found'],
  ['0x1af4', '0000:00:01.0', 'no GPU found'],
  ['0x1234', '0000:00:02.0', 'no GPU found'],
  ['0x15ad', '0000:00:0f.0', 'no GPU found'],
])('vendor %s at %s: %s', async (vendor, slot, reason) => {
  expect(await reasonOf(card(vendor, slot))).toBe(reason);
});

test('does not take the control device of a loaded driver for a GPU', async () => {
  expect(await reasonOf({'/dev/nvidiactl': '', '/dev/null': ''})).toBe('no GPU found');
});

test('finds none on a bare machine', async () => {
  expect(await reasonOf({})).toBe('no GPU found');
});

test.each(['darwin', 'win32'] as const)('says on %s that it is not read yet', async (platform) => {
  expect(await reasonOf({}, platform)).toBe('VRAM is not read on this system yet');
});
