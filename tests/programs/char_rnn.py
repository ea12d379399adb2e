"""A character-level LSTM that writes its curves for TensorBoard."""

import os
import tempfile

import torch
import torch.nn as nn
from torch.utils.tensorboard import SummaryWriter

torch.manual_seed(1)
text = (
    "the cat sat on the mat and the rat sat on the hat. the cat saw the rat, and the rat ran. "
    "the hat fat and flat is on the mat, and that is that. "
) * 3
chars = sorted(set(text))
vocab_size = len(chars)
char_to_ix = {ch: i for i, ch in enumerate(chars)}
ix_to_char = {i: ch for i, ch in enumerate(chars)}
data = torch.tensor([char_to_ix[ch] for ch in text])
print(f"data has {len(data)} characters, {vocab_size} unique.")


class RNN(nn.Module):
    def __init__(self, input_size, hidden_size, output_size, num_layers):
        super().__init__()
        self.embedding = nn.Embedding(input_size, 16)
        self.rnn = nn.LSTM(input_size=16, hidden_size=hidden_size, num_layers=num_layers)
        self.decoder = nn.Linear(hidden_size, output_size)

    def forward(self, input_seq, hidden_state):
        embedding = self.embedding(input_seq)
        output, hidden_state = self.rnn(embedding, hidden_state)
        output = self.decoder(output)
        return output, (hidden_state[0].detach(), hidden_state[1].detach())


seq_len = 40
log_dir = tempfile.mkdtemp()
writer = SummaryWriter(log_dir=log_dir, comment="char-rnn")
rnn = RNN(vocab_size, 32, vocab_size, 2)
loss_fn = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(rnn.parameters(), lr=0.02)
step = 0
for epoch in range(1, 4):
    hidden_state, running_loss, n = None, 0, 0
    for start in range(0, len(data) - seq_len - 1, seq_len):
        input_seq = data[start : start + seq_len].unsqueeze(1)
        target_seq = data[start + 1 : start + seq_len + 1]
        output, hidden_state = rnn(input_seq, hidden_state)
        loss = loss_fn(output.squeeze(1), target_seq)
        running_loss += loss.item()
        optimizer.zero_grad()
        loss.backward()
        total = nn.utils.clip_grad_norm_(rnn.parameters(), 1.0)
        optimizer.step()
        writer.add_scalar("loss/train", loss, step)
        writer.add_scalar("gradient norm", total, step)
        step, n = step + 1, n + 1
    for name, param in rnn.named_parameters():
        writer.add_histogram(name, param, epoch)
    print(f"Epoch: {epoch} \t Loss: {running_loss / n:.6f}")

    hidden_state, written = None, ["t"]
    with torch.no_grad():
        for _ in range(30):
            output, hidden_state = rnn(torch.tensor([[char_to_ix[written[-1]]]]), hidden_state)
            index = torch.argmax(nn.functional.softmax(output.squeeze(), dim=0))
            written.append(ix_to_char[index.item()])
    writer.add_text("sample", "".join(written), epoch)
    print("".join(written))
writer.add_hparams({"hidden_size": 32, "num_layers": 2, "lr": 0.02}, {"hparam/loss": running_loss / n})
writer.flush()
writer.close()
print(any(name.startswith("events.out.tfevents") for name in os.listdir(log_dir)))
