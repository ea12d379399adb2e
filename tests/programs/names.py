"""Names letter by letter: an RNN cell of one's own that tells languages apart, an LSTM that writes names."""

import string

import torch
import torch.nn as nn

torch.manual_seed(3)
names = {
    "Portuguese": ["Silva", "Santos", "Oliveira", "Souza", "Pereira", "Ferreira"],
    "Polish": ["Nowak", "Kowalski", "Wisniewski", "Zielinski", "Kaminski", "Lewandowski"],
    "Japanese": ["Sato", "Suzuki", "Takahashi", "Tanaka", "Watanabe", "Ito"],
}
categories = list(names)
letters = string.ascii_letters + "-"


def to_tensor(name):
    tensor = torch.zeros(len(name), 1, len(letters))
    for i, letter in enumerate(name):
        tensor[i][0][letters.find(letter)] = 1
    return tensor


class RNN(nn.Module):
    def __init__(self, input_size, hidden_size, output_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.i2h = nn.Linear(input_size, hidden_size)
        self.h2h = nn.Linear(hidden_size, hidden_size)
        self.h2o = nn.Linear(hidden_size, output_size)
        self.softmax = nn.LogSoftmax(dim=1)

    def forward(self, input, hidden):
        hidden = torch.tanh(self.i2h(input) + self.h2h(hidden))
        return self.softmax(self.h2o(hidden)), hidden

    def initHidden(self):
        return torch.zeros(1, self.hidden_size)


rnn = RNN(len(letters), 32, len(categories))
criterion = nn.NLLLoss()
for epoch in range(8):
    total = 0.0
    for number, category in enumerate(categories):
        target = torch.tensor([number], dtype=torch.long)
        for name in names[category]:
            hidden = rnn.initHidden()
            rnn.zero_grad()
            for letter in to_tensor(name):
                output, hidden = rnn(letter, hidden)
            loss = criterion(output, target)
            loss.backward()
            for p in rnn.parameters():
                p.data.add_(p.grad.data, alpha=-0.02)
            total += loss.item()
    print(f"{epoch} {total / 18:.4f}")
value, index = output.topk(1)
print(categories[index[0].item()], output.exp().sum().item() > 0.999)


class Writer(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(len(letters) + 1, 16)
        self.lstm = nn.LSTM(16, 32, batch_first=True)
        self.head = nn.Linear(32, len(letters) + 1)

    def forward(self, x, state=None):
        output, state = self.lstm(self.embedding(x), state)
        return self.head(output), state


END = len(letters)
rows = [torch.tensor([letters.find(ch) for ch in name] + [END]) for many in names.values() for name in many]
batch = nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=END)
writer = Writer()
optimizer = torch.optim.Adam(writer.parameters(), lr=0.01)
for step in range(20):
    logits, _ = writer(batch[:, :-1])
    loss = nn.functional.cross_entropy(logits.reshape(-1, END + 1), batch[:, 1:].reshape(-1), ignore_index=END)
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(writer.parameters(), 1.0)
    optimizer.step()
    if step % 5 == 4:
        print(f"{step + 1} {loss.item():.4f}")
with torch.no_grad():
    letter, state, written = torch.tensor([[letters.find("S")]]), None, "S"
    for _ in range(6):
        logits, state = writer(letter, state)
        letter = logits[:, -1].argmax(1, keepdim=True)
        written += (letters + ".")[letter.item()]
print(written)
