/** Lines as nvidia-smi writes them, put together from what its manual and users' reports show. */

export const UUIDS = [
  'GPU-3f2b6c1e-9a10-4d2e-8b4f-0c1d2e3f4a5b',
  'GPU-77aa01d2-1c2b-4f3e-9d8c-7b6a5f4e3d2c',
] as const;

export interface LineFigures {
  readonly time?: string;
  readonly uuid?: string;
  readonly bus?: string;
  readonly total?: string;
  readonly used?: string;
  readonly util?: string;
  readonly temp?: string;
  readonly mig?: string;
  readonly name?: string;
}

/** One line of `--query-gpu`, in the order in which memtop asks. */
export function gpuLine(index: number, given: LineFigures = {}): string {
  const {time = '2026/11/24 03:12:44.127', uuid = UUIDS[index] ?? `GPU-${index}`, total = '24576'} = given;
  const {bus = `00000000:0${index + 1}:00.0`, used = '20891', util = '97', temp = '66'} = given;
  const {mig = '[N/A]', name = 'NVIDIA GeForce RTX 3090'} = given;
  return `${[time, used, util, temp, index, uuid, bus, total, mig, name].join(', ')}\n`;
}

/** One line of `--query-compute-apps`. */
export function appLine(
  pid: number | string,
  used: string,
  {uuid = UUIDS[0] as string, time = '2026/11/24 03:12:44.131'} = {},
): string {
  return `${[time, uuid, pid, used].join(', ')}\n`;
}

const migDevice = (index: number, gpuInstance: number, total: number, used: number) => `
      <mig_device>
        <index>${index}</index>
        <gpu_instance_id>${gpuInstance}</gpu_instance_id>
        <compute_instance_id>0</compute_instance_id>
        <device_attributes><shared><multiprocessor_count>28</multiprocessor_count></shared></device_attributes>
        <fb_memory_usage>
          <total>${total} MiB</total>
          <reserved>0 MiB</reserved>
          <used>${used} MiB</used>
          <free>${total - used} MiB</free>
        </fb_memory_usage>
        <bar1_memory_usage><total>32767 MiB</total><used>1 MiB</used></bar1_memory_usage>
      </mig_device>`;

const migProcess = (pid: number, gpuInstance: number, used: string) => `
      <process_info>
        <gpu_instance_id>${gpuInstance}</gpu_instance_id>
        <compute_instance_id>0</compute_instance_id>
        <pid>${pid}</pid>
        <type>C</type>
        <process_name>python</process_name>
        <used_memory>${used}</used_memory>
      </process_info>`;

/** What `-q -x` says of an A100 that is cut into three instances, shortened to what matters. */
export const MIG_DOCUMENT = `<?xml version="1.0" ?>
<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v12.dtd">
<nvidia_smi_log>
  <timestamp>Tue Nov 24 03:12:44 2026</timestamp>
  <driver_version>550.54.15</driver_version>
  <attached_gpus>1</attached_gpus>
  <gpu id="00000000:01:00.0">
    <product_name>NVIDIA A100-SXM4-40GB</product_name>
    <mig_mode><current_mig>Enabled</current_mig><pending_mig>Enabled</pending_mig></mig_mode>
    <mig_devices>${migDevice(0, 1, 19968, 13456)}${migDevice(1, 5, 9856, 9012)}${migDevice(2, 13, 4864, 12)}
    </mig_devices>
    <uuid>${UUIDS[0]}</uuid>
    <fb_memory_usage><total>40960 MiB</total><reserved>420 MiB</reserved><used>22480 MiB</used></fb_memory_usage>
    <processes>${migProcess(4711, 1, '13420 MiB')}${migProcess(4812, 5, '8990 MiB')}
    </processes>
  </gpu>
</nvidia_smi_log>
`;

export const MISMATCH =
  'Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 535.129\n';
export const NO_DRIVER =
  "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.\n";
export const LOST_GPU =
  'Unable to determine the device handle for GPU0000:02:00.0: GPU is lost.  Reboot the system to recover this GPU\n';
