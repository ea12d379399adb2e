"""What torchaudio has and edutorch leaves out, with what to use instead."""

from __future__ import annotations

from ..left_out import missing, of_package

_NAMES = {
    "tensors are real here: Spectrogram gives magnitudes and powers": """
        InverseSpectrogram inverse_spectrogram GriffinLim griffinlim TimeStretch phase_vocoder PitchShift pitch_shift
        SpectralCentroid spectral_centroid PSD psd MVDR SoudenMVDR RTFMVDR apply_beamforming mvdr_weights_rtf
        mvdr_weights_souden rtf_evd rtf_power
    """,
    "write a Dataset that reads its files with audio.load; the embedded set is datasets.SyntheticCommands": """
        CMUARCTIC CMUDict COMMONVOICE DR_VCTK FluentSpeechCommands GTZAN IEMOCAP LIBRISPEECH LIBRITTS LJSPEECH
        LibriLightLimited LibriMix LibriSpeechBiasing MUSDB_HQ QUESST14 Snips TEDLIUM VCTK_092 VoxCeleb1Identification
        VoxCeleb1Verification YESNO
    """,
    "train a network of your own: chapter 18 of the course does": "models pipelines prototype",
    "use FrequencyMasking and TimeMasking": "SpecAugment",
    "use scipy.signal on waveform.numpy()": """
        biquad allpass_biquad band_biquad bandpass_biquad bandreject_biquad bass_biquad deemph_biquad dcshift
        equalizer_biquad filtfilt flanger gain highpass_biquad lfilter lowpass_biquad overdrive phaser riaa_biquad
        treble_biquad vad Vad convolve fftconvolve Convolve FFTConvolve
    """,
    "convert the file to WAV first: ffmpeg -i INPUT -ar 16000 -ac 1 word.wav": """
        load_with_torchcodec save_with_torchcodec info io
    """,
    "use nn.functional.ctc_loss": "RNNTLoss rnnt_loss forced_align merge_tokens",
}

REASONS = {name: reason for reason, names in _NAMES.items() for name in names.split()}
of_package("edutorch.audio", REASONS)

__all__ = ["missing"]
