// Two tones up for good, one deep one for anything else.
let audio = null;

export function sound(good) {
  try {
    audio ??= new AudioContext();
    const notes = good ? [[660, 0, 0.12], [990, 0.13, 0.18]] : [[180, 0, 0.45]];
    for (const [pitch, from, long] of notes) {
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      tone.frequency.value = pitch;
      volume.gain.value = 0.15;
      tone.connect(volume).connect(audio.destination);
      tone.start(audio.currentTime + from);
      tone.stop(audio.currentTime + from + long);
    }
  } catch {
    // No sound here: colour, sign and word say the same.
  }
}
