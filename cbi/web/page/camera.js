// The camera: each frame goes to zxing; where that finds nothing, a stretched half goes to jsQR.
// Both stand on this server; nothing is fetched from anywhere else.
const EVERY_MS = 120;
let zxing = null;
let jsqr = null;

async function readers() {
  if (zxing) return;
  const found = await import("./vendor/zxing-reader.js");
  found.prepareZXingModule({
    overrides: { locateFile: (name) => new URL(`./vendor/${name}`, import.meta.url).href },
  });
  await import("./vendor/jsqr.js");
  jsqr = globalThis.jsQR;
  zxing = found;
}

export async function decoded(image) {
  await readers();
  const found = await zxing.readBarcodes(image, {
    formats: ["QRCode"], tryHarder: true, maxNumberOfSymbols: 2,
  });
  const texts = new Set(found.map((one) => one.text).filter(Boolean));
  if (texts.size) return texts.size === 1 ? [...texts][0] : ""; // of two vouchers, neither
  return jsqr?.(stretched(image), image.width >> 1, image.height >> 1)?.data ?? "";
}

// Half as wide and high, from the darkest to the lightest it has.
function stretched(image) {
  const { width, height, data } = image;
  const half = new Uint8ClampedArray((width >> 1) * (height >> 1) * 4);
  let low = 255;
  let high = 0;
  for (let at = 0; at < data.length; at += 64) {
    low = Math.min(low, data[at + 1]);
    high = Math.max(high, data[at + 1]);
  }
  const scale = 255 / Math.max(1, high - low);
  let to = 0;
  for (let y = 0; y + 1 < height; y += 2) {
    for (let x = 0; x + 1 < width; x += 2) {
      const from = (y * width + x) * 4 + 1;
      const grey = (data[from] + data[from + 4] + data[from + width * 4] + data[from + width * 4 + 4]) / 4;
      half.fill((grey - low) * scale, to, to + 3);
      half[to + 3] = 255;
      to += 4;
    }
  }
  return half;
}

export class Camera {
  constructor(video) {
    this.video = video;
    this.stream = null;
  }

  async start(found) {
    this.stream = await navigator.mediaDevices.getUserMedia({
      audio: false, video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 } },
    });
    this.video.srcObject = this.stream;
    await this.video.play();
    const canvas = document.createElement("canvas");
    const look = async () => {
      if (!this.stream) return;
      canvas.width = this.video.videoWidth;
      canvas.height = this.video.videoHeight;
      if (canvas.width) {
        const drawing = canvas.getContext("2d", { willReadFrequently: true });
        drawing.drawImage(this.video, 0, 0);
        const text = await decoded(drawing.getImageData(0, 0, canvas.width, canvas.height));
        if (text && this.stream && found(text)) return;
      }
      setTimeout(look, EVERY_MS);
    };
    await look();
  }

  stop() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.video.srcObject = null;
  }
}
