import { type Http, unwrap } from "../http.ts";
import type { CallOptions, PushDevice, PushDevices, RegisterDevice } from "../types.ts";

/** Devices that notifications are pushed to. */
export interface DeviceCalls {
  /** The newest first, with the key that browsers subscribe with. */
  list(options?: CallOptions): Promise<PushDevices>;
  /** Until the session ends. A device that another user has registered is yours from now on. */
  register(body: RegisterDevice, options?: CallOptions): Promise<PushDevice>;
  /** These notifications are shown on an open page or app: pushes of them are withheld. A hundred at most. */
  acknowledge(notificationIds: string[], options?: CallOptions): Promise<void>;
  remove(id: string, options?: CallOptions): Promise<void>;
}

export const deviceCalls = ({ api }: Http): DeviceCalls => ({
  list: (options) => unwrap(api.GET("/api/v1/devices", { ...options })),
  register: (body, options) => unwrap(api.POST("/api/v1/devices", { body, ...options })),
  async acknowledge(notificationIds, options) {
    await unwrap(api.POST("/api/v1/devices/acknowledgements", { body: { notificationIds }, ...options }));
  },
  async remove(id, options) {
    await unwrap(api.DELETE("/api/v1/devices/{id}", { params: { path: { id } }, ...options }));
  },
});
